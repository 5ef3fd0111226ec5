var xe=(e,t)=>{for(let i in t)e[i]=t[i];return e},w=(e,t)=>Array.from(e.querySelectorAll(t)),dt=(e,t,i)=>{i?e.classList.add(t):e.classList.remove(t)},we=e=>{if(typeof e=="string"){if(e==="null")return null;if(e==="true")return!0;if(e==="false")return!1;if(e.match(/^-?[\d\.]+$/))return parseFloat(e)}return e},ue=(e,t)=>{e.style.transform=t},We=(e,t)=>{let i=e.matches||e.matchesSelector||e.msMatchesSelector;return!!(i&&i.call(e,t))},W=(e,t)=>{if(e&&typeof e.closest=="function")return e.closest(t);for(;e;){if(We(e,t))return e;e=e.parentElement}return null},gi=e=>{e=e||document.documentElement;let t=e.requestFullscreen||e.webkitRequestFullscreen||e.webkitRequestFullScreen||e.mozRequestFullScreen||e.msRequestFullscreen;t&&t.apply(e)},on=(e,t,i,n="")=>{let a=e.querySelectorAll("."+i);for(let s=0;s<a.length;s++){let l=a[s];if(l.parentNode===e)return l}let r=document.createElement(t);return r.className=i,r.innerHTML=n,e.appendChild(r),r},ut=e=>{let t=document.createElement("style");return e&&e.length>0&&t.appendChild(document.createTextNode(e)),document.head.appendChild(t),t},si=()=>{let e={};location.search.replace(/[A-Z0-9]+?=([\w\.%-]*)/gi,t=>{let i=t.split("=").shift(),n=t.split("=").pop();return i&&n!==void 0&&(e[i]=n),t});for(let t in e){let i=e[t];e[t]=we(unescape(i))}return e.dependencies!==void 0&&delete e.dependencies,e},ln=(e,t=0)=>{if(e){var i;let n,a=e.style.height;return e.style.height="0px",e.parentElement&&(e.parentElement.style.height="auto"),n=t-(((i=e.parentElement)==null?void 0:i.offsetHeight)||0),e.style.height=a+"px",e.parentElement&&e.parentElement.style.removeProperty("height"),n}return t},dn={mp4:"video/mp4",m4a:"video/mp4",ogv:"video/ogg",mpeg:"video/mpeg",webm:"video/webm"},cn=(e="")=>{let t=e.split(".").pop();return t?dn[t]:void 0},hn=(e="")=>encodeURI(e).replace(/%5B/g,"[").replace(/%5D/g,"]").replace(/[!'()*]/g,t=>`%${t.charCodeAt(0).toString(16).toUpperCase()}`),$e=navigator.userAgent,ve=/(iphone|ipod|ipad|android)/gi.test($e)||navigator.platform==="MacIntel"&&navigator.maxTouchPoints>1;/chrome/i.test($e)&&/edge/i.test($e);var vi=/android/gi.test($e),un=(function(e){if(e){var t=function(m){return[].slice.call(m)},i=0,n=1,a=2,r=3,s=[],l=null,o="requestAnimationFrame"in e?function(){var m=arguments.length>0&&arguments[0]!==void 0?arguments[0]:{sync:!1};e.cancelAnimationFrame(l);var S=function(){return p(s.filter((function(M){return M.dirty&&M.active})))};if(m.sync)return S();l=e.requestAnimationFrame(S)}:function(){},d=function(m){return function(S){s.forEach((function(M){return M.dirty=m})),o(S)}},p=function(m){m.filter((function(M){return!M.styleComputed})).forEach((function(M){M.styleComputed=h(M)})),m.filter(x).forEach(T);var S=m.filter(k);S.forEach(v),S.forEach((function(M){T(M),g(M)})),S.forEach(D)},g=function(m){return m.dirty=i},v=function(m){m.availableWidth=m.element.parentNode.clientWidth,m.currentWidth=m.element.scrollWidth,m.previousFontSize=m.currentFontSize,m.currentFontSize=Math.min(Math.max(m.minSize,m.availableWidth/m.currentWidth*m.previousFontSize),m.maxSize),m.whiteSpace=m.multiLine&&m.currentFontSize===m.minSize?"normal":"nowrap"},k=function(m){return m.dirty!==a||m.dirty===a&&m.element.parentNode.clientWidth!==m.availableWidth},h=function(m){var S=e.getComputedStyle(m.element,null);return m.currentFontSize=parseFloat(S.getPropertyValue("font-size")),m.display=S.getPropertyValue("display"),m.whiteSpace=S.getPropertyValue("white-space"),!0},x=function(m){var S=!1;return!m.preStyleTestCompleted&&(/inline-/.test(m.display)||(S=!0,m.display="inline-block"),m.whiteSpace!=="nowrap"&&(S=!0,m.whiteSpace="nowrap"),m.preStyleTestCompleted=!0,S)},T=function(m){m.element.style.whiteSpace=m.whiteSpace,m.element.style.display=m.display,m.element.style.fontSize=m.currentFontSize+"px"},D=function(m){m.element.dispatchEvent(new CustomEvent("fit",{detail:{oldValue:m.previousFontSize,newValue:m.currentFontSize,scaleFactor:m.currentFontSize/m.previousFontSize}}))},J=function(m,S){return function(M){m.dirty=S,m.active&&o(M)}},re=function(m){return function(){s=s.filter((function(S){return S.element!==m.element})),m.observeMutations&&m.observer.disconnect(),m.element.style.whiteSpace=m.originalStyle.whiteSpace,m.element.style.display=m.originalStyle.display,m.element.style.fontSize=m.originalStyle.fontSize}},V=function(m){return function(){m.active||(m.active=!0,o())}},A=function(m){return function(){return m.active=!1}},z=function(m){m.observeMutations&&(m.observer=new MutationObserver(J(m,n)),m.observer.observe(m.element,m.observeMutations))},$={minSize:16,maxSize:512,multiLine:!0,observeMutations:"MutationObserver"in e&&{subtree:!0,childList:!0,characterData:!0}},B=null,O=function(){e.clearTimeout(B),B=e.setTimeout(d(a),R.observeWindowDelay)},E=["resize","orientationchange"];return Object.defineProperty(R,"observeWindow",{set:function(m){var S=`${m?"add":"remove"}EventListener`;E.forEach((function(M){e[S](M,O)}))}}),R.observeWindow=!0,R.observeWindowDelay=100,R.fitAll=d(r),R}function U(m,S){var M=Object.assign({},$,S),ie=m.map((function(Z){var de=Object.assign({},M,{element:Z,active:!0});return(function(F){F.originalStyle={whiteSpace:F.element.style.whiteSpace,display:F.element.style.display,fontSize:F.element.style.fontSize},z(F),F.newbie=!0,F.dirty=!0,s.push(F)})(de),{element:Z,fit:J(de,r),unfreeze:V(de),freeze:A(de),unsubscribe:re(de)}}));return o(),ie}function R(m){var S=arguments.length>1&&arguments[1]!==void 0?arguments[1]:{};return typeof m=="string"?U(t(document.querySelectorAll(m)),S):U([m],S)[0]}})(typeof window>"u"?null:window);function Ce(e){"@babel/helpers - typeof";return Ce=typeof Symbol=="function"&&typeof Symbol.iterator=="symbol"?function(t){return typeof t}:function(t){return t&&typeof Symbol=="function"&&t.constructor===Symbol&&t!==Symbol.prototype?"symbol":typeof t},Ce(e)}function pn(e,t){if(Ce(e)!="object"||!e)return e;var i=e[Symbol.toPrimitive];if(i!==void 0){var n=i.call(e,t||"default");if(Ce(n)!="object")return n;throw TypeError("@@toPrimitive must return a primitive value.")}return(t==="string"?String:Number)(e)}function gn(e){var t=pn(e,"string");return Ce(t)=="symbol"?t:t+""}function gt(e,t,i){return(t=gn(t))in e?Object.defineProperty(e,t,{value:i,enumerable:!0,configurable:!0,writable:!0}):e[t]=i,e}var vn=class{constructor(e){gt(this,"allowedToPlayAudio",null),this.Reveal=e,this.startEmbeddedMedia=this.startEmbeddedMedia.bind(this),this.startEmbeddedIframe=this.startEmbeddedIframe.bind(this),this.preventIframeAutoFocus=this.preventIframeAutoFocus.bind(this),this.ensureMobileMediaPlaying=this.ensureMobileMediaPlaying.bind(this),this.failedAudioPlaybackTargets=new Set,this.failedVideoPlaybackTargets=new Set,this.failedMutedVideoPlaybackTargets=new Set,this.renderMediaPlayButton()}renderMediaPlayButton(){this.mediaPlayButton=document.createElement("button"),this.mediaPlayButton.className="r-overlay-button r-media-play-button",this.mediaPlayButton.addEventListener("click",()=>{this.resetTemporarilyMutedMedia(),new Set([...this.failedAudioPlaybackTargets,...this.failedVideoPlaybackTargets,...this.failedMutedVideoPlaybackTargets]).forEach(e=>{this.startEmbeddedMedia({target:e})}),this.clearMediaPlaybackErrors()})}shouldPreload(e){if(this.Reveal.isScrollView())return!0;let t=this.Reveal.getConfig().preloadIframes;return typeof t!="boolean"&&(t=e.hasAttribute("data-preload")),t}load(e,t={}){let i=this.Reveal.getConfig().display;if(i.includes("!important")){let a=i.replace(/\s*!important\s*$/,"").trim();e.style.setProperty("display",a,"important")}else e.style.display=i;w(e,"img[data-src], video[data-src], audio[data-src], iframe[data-src]").forEach(a=>{let r=a.tagName==="IFRAME";(!r||this.shouldPreload(a))&&(a.setAttribute("src",a.getAttribute("data-src")),a.setAttribute("data-lazy-loaded",""),a.removeAttribute("data-src"),r&&a.addEventListener("load",this.preventIframeAutoFocus))}),w(e,"video, audio").forEach(a=>{let r=0;w(a,"source[data-src]").forEach(s=>{s.setAttribute("src",s.getAttribute("data-src")),s.removeAttribute("data-src"),s.setAttribute("data-lazy-loaded",""),r+=1}),ve&&a.tagName==="VIDEO"&&a.setAttribute("playsinline",""),r>0&&a.load()});let n=e.slideBackgroundElement;if(n){n.style.display="block";let a=e.slideBackgroundContentElement,r=e.getAttribute("data-background-iframe");if(n.hasAttribute("data-loaded")===!1){n.setAttribute("data-loaded","true");let l=e.getAttribute("data-background-image"),o=e.getAttribute("data-background-video"),d=e.hasAttribute("data-background-video-loop"),p=e.hasAttribute("data-background-video-muted");if(l)/^data:/.test(l.trim())?a.style.backgroundImage=`url(${l.trim()})`:a.style.backgroundImage=l.split(",").map(g=>`url(${hn(decodeURI(g.trim()))})`).join(",");else if(o){let g=document.createElement("video");d&&g.setAttribute("loop",""),(p||this.Reveal.isSpeakerNotes())&&(g.muted=!0),ve&&g.setAttribute("playsinline",""),o.split(",").forEach(v=>{let k=document.createElement("source");k.setAttribute("src",v);let h=cn(v);h&&k.setAttribute("type",h),g.appendChild(k)}),a.appendChild(g)}else if(r&&t.excludeIframes!==!0){let g=document.createElement("iframe");g.setAttribute("allowfullscreen",""),g.setAttribute("mozallowfullscreen",""),g.setAttribute("webkitallowfullscreen",""),g.setAttribute("allow","autoplay"),g.setAttribute("data-src",r),g.style.width="100%",g.style.height="100%",g.style.maxHeight="100%",g.style.maxWidth="100%",a.appendChild(g)}}let s=a.querySelector("iframe[data-src]");s&&this.shouldPreload(n)&&!/autoplay=(1|true|yes)/gi.test(r)&&s.getAttribute("src")!==r&&s.setAttribute("src",r)}this.layout(e)}layout(e){Array.from(e.querySelectorAll(".r-fit-text")).forEach(t=>{un(t,{minSize:24,maxSize:this.Reveal.getConfig().height*.8,observeMutations:!1,observeWindow:!1})})}unload(e){e.style.display="none";let t=this.Reveal.getSlideBackground(e);t&&(t.style.display="none",w(t,"iframe[src]").forEach(i=>{i.removeAttribute("src")})),w(e,"video[data-lazy-loaded][src], audio[data-lazy-loaded][src], iframe[data-lazy-loaded][src]").forEach(i=>{i.setAttribute("data-src",i.getAttribute("src")),i.removeAttribute("src")}),w(e,"video[data-lazy-loaded] source[src], audio source[src]").forEach(i=>{i.setAttribute("data-src",i.getAttribute("src")),i.removeAttribute("src")})}formatEmbeddedContent(){let e=(t,i,n)=>{w(this.Reveal.getSlidesElement(),"iframe["+t+'*="'+i+'"]').forEach(a=>{let r=a.getAttribute(t);r&&r.indexOf(n)===-1&&a.setAttribute(t,r+(/\?/.test(r)?"&":"?")+n)})};e("src","youtube.com/embed/","enablejsapi=1"),e("data-src","youtube.com/embed/","enablejsapi=1"),e("src","player.vimeo.com/","api=1"),e("data-src","player.vimeo.com/","api=1")}startEmbeddedContent(e){if(e){let t=this.Reveal.isSpeakerNotes();w(e,'img[src$=".gif"]').forEach(i=>{i.setAttribute("src",i.getAttribute("src"))}),w(e,"video, audio").forEach(i=>{if(W(i,".fragment")&&!W(i,".fragment.visible"))return;let n=this.Reveal.getConfig().autoPlayMedia;if(typeof n!="boolean"&&(n=i.hasAttribute("data-autoplay")||!!W(i,".slide-background")),n&&typeof i.play=="function"){if(t&&!i.muted)return;i.readyState>1?this.startEmbeddedMedia({target:i}):ve?(i.addEventListener("canplay",this.ensureMobileMediaPlaying),this.playMediaElement(i)):(i.removeEventListener("loadeddata",this.startEmbeddedMedia),i.addEventListener("loadeddata",this.startEmbeddedMedia))}}),t||(w(e,"iframe[src]").forEach(i=>{W(i,".fragment")&&!W(i,".fragment.visible")||this.startEmbeddedIframe({target:i})}),w(e,"iframe[data-src]").forEach(i=>{W(i,".fragment")&&!W(i,".fragment.visible")||i.getAttribute("src")!==i.getAttribute("data-src")&&(i.removeEventListener("load",this.startEmbeddedIframe),i.addEventListener("load",this.startEmbeddedIframe),i.setAttribute("src",i.getAttribute("data-src")))}))}}ensureMobileMediaPlaying(e){let t=e.target;typeof t.getVideoPlaybackQuality=="function"&&setTimeout(()=>{let i=t.paused===!1,n=t.getVideoPlaybackQuality().totalVideoFrames;i&&n===0&&(t.load(),t.play())},1e3)}startEmbeddedMedia(e){let t=!!W(e.target,"html"),i=!!W(e.target,".present");t&&i&&(e.target.paused||e.target.ended)&&(e.target.currentTime=0,this.playMediaElement(e.target)),e.target.removeEventListener("loadeddata",this.startEmbeddedMedia)}playMediaElement(e){let t=e.play();t&&typeof t.catch=="function"&&t.then(()=>{e.muted||(this.allowedToPlayAudio=!0)}).catch(i=>{if(i.name==="NotAllowedError")if(this.allowedToPlayAudio=!1,e.tagName==="VIDEO"){this.onVideoPlaybackNotAllowed(e);let n=!!W(e,"html"),a=!!W(e,".present"),r=e.muted;n&&a&&!r&&(e.setAttribute("data-muted-by-reveal","true"),e.muted=!0,e.play().catch(()=>{this.onMutedVideoPlaybackNotAllowed(e)}))}else e.tagName==="AUDIO"&&this.onAudioPlaybackNotAllowed(e)})}startEmbeddedIframe(e){let t=e.target;if(this.preventIframeAutoFocus(e),t&&t.contentWindow){let i=!!W(e.target,"html"),n=!!W(e.target,".present");if(i&&n){let a=this.Reveal.getConfig().autoPlayMedia;typeof a!="boolean"&&(a=t.hasAttribute("data-autoplay")||!!W(t,".slide-background")),/youtube\.com\/embed\//.test(t.getAttribute("src"))&&a?t.contentWindow.postMessage('{"event":"command","func":"playVideo","args":""}',"*"):/player\.vimeo\.com\//.test(t.getAttribute("src"))&&a?t.contentWindow.postMessage('{"method":"play"}',"*"):t.contentWindow.postMessage("slide:start","*")}}}stopEmbeddedContent(e,t={}){t=xe({unloadIframes:!0},t),e&&e.parentNode&&(w(e,"video, audio").forEach(i=>{!i.hasAttribute("data-ignore")&&typeof i.pause=="function"&&(i.setAttribute("data-paused-by-reveal",""),i.pause(),ve&&i.removeEventListener("canplay",this.ensureMobileMediaPlaying))}),w(e,"iframe").forEach(i=>{i.contentWindow&&i.contentWindow.postMessage("slide:stop","*"),i.removeEventListener("load",this.preventIframeAutoFocus),i.removeEventListener("load",this.startEmbeddedIframe)}),w(e,'iframe[src*="youtube.com/embed/"]').forEach(i=>{!i.hasAttribute("data-ignore")&&i.contentWindow&&typeof i.contentWindow.postMessage=="function"&&i.contentWindow.postMessage('{"event":"command","func":"pauseVideo","args":""}',"*")}),w(e,'iframe[src*="player.vimeo.com/"]').forEach(i=>{!i.hasAttribute("data-ignore")&&i.contentWindow&&typeof i.contentWindow.postMessage=="function"&&i.contentWindow.postMessage('{"method":"pause"}',"*")}),t.unloadIframes===!0&&w(e,"iframe[data-src]").forEach(i=>{i.setAttribute("src","about:blank"),i.removeAttribute("src")}))}isAllowedToPlayAudio(){return this.allowedToPlayAudio}showPlayOrUnmuteButton(){let e=this.failedAudioPlaybackTargets.size,t=this.failedVideoPlaybackTargets.size,i=this.failedMutedVideoPlaybackTargets.size,n="Play media";i>0?n="Play video":t>0?n="Unmute video":e>0&&(n="Play audio"),this.mediaPlayButton.textContent=n,this.Reveal.getRevealElement().appendChild(this.mediaPlayButton)}onAudioPlaybackNotAllowed(e){this.failedAudioPlaybackTargets.add(e),this.showPlayOrUnmuteButton(e)}onVideoPlaybackNotAllowed(e){this.failedVideoPlaybackTargets.add(e),this.showPlayOrUnmuteButton()}onMutedVideoPlaybackNotAllowed(e){this.failedMutedVideoPlaybackTargets.add(e),this.showPlayOrUnmuteButton()}resetTemporarilyMutedMedia(){new Set([...this.failedAudioPlaybackTargets,...this.failedVideoPlaybackTargets,...this.failedMutedVideoPlaybackTargets]).forEach(e=>{e.hasAttribute("data-muted-by-reveal")&&(e.muted=!1,e.removeAttribute("data-muted-by-reveal"))})}clearMediaPlaybackErrors(){this.resetTemporarilyMutedMedia(),this.failedAudioPlaybackTargets.clear(),this.failedVideoPlaybackTargets.clear(),this.failedMutedVideoPlaybackTargets.clear(),this.mediaPlayButton&&this.mediaPlayButton.parentNode&&this.mediaPlayButton.remove()}preventIframeAutoFocus(e){let t=e.target;if(t&&this.Reveal.getConfig().preventIframeAutoFocus){let i=0,n=()=>{document.activeElement===t?document.activeElement.blur():i<1e3&&(i+=100,setTimeout(n,100))};setTimeout(n,100)}}afterSlideChanged(){this.clearMediaPlaybackErrors()}},pe=".slides section",oe=".slides>section",ct=".slides>section.present>section",mn=".backgrounds>.slide-background",fn=/registerPlugin|registerKeyboardShortcut|addKeyBinding|addEventListener|showPreview|previewIframe/,bn=class{constructor(e){this.Reveal=e}render(){this.element=document.createElement("div"),this.element.className="slide-number",this.Reveal.getRevealElement().appendChild(this.element)}configure(e,t){let i="none";e.slideNumber&&!this.Reveal.isPrintView()&&(e.showSlideNumber==="all"||e.showSlideNumber==="speaker"&&this.Reveal.isSpeakerNotes())&&(i="block"),this.element.style.display=i}update(){this.Reveal.getConfig().slideNumber&&this.element&&(this.element.innerHTML=this.getSlideNumber())}getSlideNumber(e=this.Reveal.getCurrentSlide()){let t=this.Reveal.getConfig(),i,n="h.v";if(typeof t.slideNumber=="function")i=t.slideNumber(e);else{typeof t.slideNumber=="string"&&(n=t.slideNumber),!/c/.test(n)&&this.Reveal.getHorizontalSlides().length===1&&(n="c");let r=e&&e.dataset.visibility==="uncounted"?0:1;switch(i=[],n){case"c":i.push(this.Reveal.getSlidePastCount(e)+r);break;case"c/t":i.push(this.Reveal.getSlidePastCount(e)+r,"/",this.Reveal.getTotalSlides());break;default:let s=this.Reveal.getIndices(e);i.push(s.h+r);let l=n==="h/v"?"/":".";this.Reveal.isVerticalSlide(e)&&i.push(l,s.v+1)}}let a="#"+this.Reveal.location.getHash(e);return this.formatNumber(i[0],i[1],i[2],a)}formatNumber(e,t,i,n="#"+this.Reveal.location.getHash()){return typeof i=="number"&&!isNaN(i)?`<a href="${n}">
					<span class="slide-number-a">${e}</span>
					<span class="slide-number-delimiter">${t}</span>
					<span class="slide-number-b">${i}</span>
					</a>`:`<a href="${n}">
					<span class="slide-number-a">${e}</span>
					</a>`}destroy(){this.element.remove()}},yn=class{constructor(e){this.Reveal=e,this.onInput=this.onInput.bind(this),this.onBlur=this.onBlur.bind(this),this.onKeyDown=this.onKeyDown.bind(this)}render(){this.element=document.createElement("div"),this.element.className="jump-to-slide",this.jumpInput=document.createElement("input"),this.jumpInput.type="text",this.jumpInput.className="jump-to-slide-input",this.jumpInput.placeholder="Jump to slide",this.jumpInput.addEventListener("input",this.onInput),this.jumpInput.addEventListener("keydown",this.onKeyDown),this.jumpInput.addEventListener("blur",this.onBlur),this.element.appendChild(this.jumpInput)}show(){this.indicesOnShow=this.Reveal.getIndices(),this.Reveal.getRevealElement().appendChild(this.element),this.jumpInput.focus()}hide(){this.isVisible()&&(this.element.remove(),this.jumpInput.value="",clearTimeout(this.jumpTimeout),delete this.jumpTimeout)}isVisible(){return!!this.element.parentNode}jump(){clearTimeout(this.jumpTimeout),delete this.jumpTimeout;let e=this.jumpInput.value.trim(""),t;if(/^\d+$/.test(e)){let i=this.Reveal.getConfig().slideNumber;if(i==="c"||i==="c/t"){let n=this.Reveal.getSlides()[parseInt(e,10)-1];n&&(t=this.Reveal.getIndices(n))}}return t||(/^\d+\.\d+$/.test(e)&&(e=e.replace(".","/")),t=this.Reveal.location.getIndicesFromHash(e,{oneBasedIndex:!0})),!t&&/\S+/i.test(e)&&e.length>1&&(t=this.search(e)),t&&e!==""?(this.Reveal.slide(t.h,t.v,t.f),!0):(this.Reveal.slide(this.indicesOnShow.h,this.indicesOnShow.v,this.indicesOnShow.f),!1)}jumpAfter(e){clearTimeout(this.jumpTimeout),this.jumpTimeout=setTimeout(()=>this.jump(),e)}search(e){let t=RegExp("\\b"+e.trim()+"\\b","i"),i=this.Reveal.getSlides().find(n=>t.test(n.innerText));return i?this.Reveal.getIndices(i):null}cancel(){this.Reveal.slide(this.indicesOnShow.h,this.indicesOnShow.v,this.indicesOnShow.f),this.hide()}confirm(){this.jump(),this.hide()}destroy(){this.jumpInput.removeEventListener("input",this.onInput),this.jumpInput.removeEventListener("keydown",this.onKeyDown),this.jumpInput.removeEventListener("blur",this.onBlur),this.element.remove()}onKeyDown(e){e.keyCode===13?this.confirm():e.keyCode===27&&(this.cancel(),e.stopImmediatePropagation())}onInput(e){this.jumpAfter(200)}onBlur(){setTimeout(()=>this.hide(),1)}},pt=e=>{let t=e.match(/^#([0-9a-f]{3})$/i);if(t&&t[1]){let r=t[1];return{r:parseInt(r.charAt(0),16)*17,g:parseInt(r.charAt(1),16)*17,b:parseInt(r.charAt(2),16)*17}}let i=e.match(/^#([0-9a-f]{6})$/i);if(i&&i[1]){let r=i[1];return{r:parseInt(r.slice(0,2),16),g:parseInt(r.slice(2,4),16),b:parseInt(r.slice(4,6),16)}}let n=e.match(/^rgb\s*\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)$/i);if(n)return{r:parseInt(n[1],10),g:parseInt(n[2],10),b:parseInt(n[3],10)};let a=e.match(/^rgba\s*\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*([\d]+|[\d]*.[\d]+)\s*\)$/i);return a?{r:parseInt(a[1],10),g:parseInt(a[2],10),b:parseInt(a[3],10),a:parseFloat(a[4])}:null},kn=e=>(typeof e=="string"&&(e=pt(e)),e?(e.r*299+e.g*587+e.b*114)/1e3:null),wn=class{constructor(e){this.Reveal=e}render(){this.element=document.createElement("div"),this.element.className="backgrounds",this.Reveal.getRevealElement().appendChild(this.element)}create(){this.element.innerHTML="",this.element.classList.add("no-transition"),this.Reveal.getHorizontalSlides().forEach(e=>{let t=this.createBackground(e,this.element);w(e,"section").forEach(i=>{this.createBackground(i,t),t.classList.add("stack")})}),this.Reveal.getConfig().parallaxBackgroundImage?(this.element.style.backgroundImage='url("'+this.Reveal.getConfig().parallaxBackgroundImage+'")',this.element.style.backgroundSize=this.Reveal.getConfig().parallaxBackgroundSize,this.element.style.backgroundRepeat=this.Reveal.getConfig().parallaxBackgroundRepeat,this.element.style.backgroundPosition=this.Reveal.getConfig().parallaxBackgroundPosition,setTimeout(()=>{this.Reveal.getRevealElement().classList.add("has-parallax-background")},1)):(this.element.style.backgroundImage="",this.Reveal.getRevealElement().classList.remove("has-parallax-background"))}createBackground(e,t){let i=document.createElement("div");i.className="slide-background "+e.className.replace(/present|past|future/,"");let n=document.createElement("div");return n.className="slide-background-content",i.appendChild(n),t.appendChild(i),e.slideBackgroundElement=i,e.slideBackgroundContentElement=n,this.sync(e),i}sync(e){let t=e.slideBackgroundElement,i=e.slideBackgroundContentElement,n={background:e.getAttribute("data-background"),backgroundSize:e.getAttribute("data-background-size"),backgroundImage:e.getAttribute("data-background-image"),backgroundVideo:e.getAttribute("data-background-video"),backgroundIframe:e.getAttribute("data-background-iframe"),backgroundColor:e.getAttribute("data-background-color"),backgroundGradient:e.getAttribute("data-background-gradient"),backgroundRepeat:e.getAttribute("data-background-repeat"),backgroundPosition:e.getAttribute("data-background-position"),backgroundTransition:e.getAttribute("data-background-transition"),backgroundOpacity:e.getAttribute("data-background-opacity")},a=e.hasAttribute("data-preload");e.classList.remove("has-dark-background"),e.classList.remove("has-light-background"),t.removeAttribute("data-loaded"),t.removeAttribute("data-background-hash"),t.removeAttribute("data-background-size"),t.removeAttribute("data-background-transition"),t.style.backgroundColor="",i.style.backgroundSize="",i.style.backgroundRepeat="",i.style.backgroundPosition="",i.style.backgroundImage="",i.style.opacity="",i.innerHTML="",n.background&&(/^(http|file|\/\/)/gi.test(n.background)||/\.(svg|png|jpg|jpeg|gif|bmp|webp)([?#\s]|$)/gi.test(n.background)?e.setAttribute("data-background-image",n.background):t.style.background=n.background),(n.background||n.backgroundColor||n.backgroundGradient||n.backgroundImage||n.backgroundVideo||n.backgroundIframe)&&t.setAttribute("data-background-hash",n.background+n.backgroundSize+n.backgroundImage+n.backgroundVideo+n.backgroundIframe+n.backgroundColor+n.backgroundGradient+n.backgroundRepeat+n.backgroundPosition+n.backgroundTransition+n.backgroundOpacity),n.backgroundSize&&t.setAttribute("data-background-size",n.backgroundSize),n.backgroundColor&&(t.style.backgroundColor=n.backgroundColor),n.backgroundGradient&&(t.style.backgroundImage=n.backgroundGradient),n.backgroundTransition&&t.setAttribute("data-background-transition",n.backgroundTransition),a&&t.setAttribute("data-preload",""),n.backgroundSize&&(i.style.backgroundSize=n.backgroundSize),n.backgroundRepeat&&(i.style.backgroundRepeat=n.backgroundRepeat),n.backgroundPosition&&(i.style.backgroundPosition=n.backgroundPosition),n.backgroundOpacity&&(i.style.opacity=n.backgroundOpacity);let r=this.getContrastClass(e);typeof r=="string"&&e.classList.add(r)}getContrastClass(e){let t=e.slideBackgroundElement,i=e.getAttribute("data-background-color");if(!i||!pt(i)){let n=window.getComputedStyle(t);n&&n.backgroundColor&&(i=n.backgroundColor)}if(i){let n=pt(i);if(n&&n.a!==0)return kn(i)<128?"has-dark-background":"has-light-background"}return null}bubbleSlideContrastClassToElement(e,t){["has-light-background","has-dark-background"].forEach(i=>{e.classList.contains(i)?t.classList.add(i):t.classList.remove(i)},this)}update(e=!1){let t=this.Reveal.getConfig(),i=this.Reveal.getCurrentSlide(),n=this.Reveal.getIndices(),a=null,r=t.rtl?"future":"past",s=t.rtl?"past":"future";if(Array.from(this.element.childNodes).forEach((o,d)=>{o.classList.remove("past","present","future"),d<n.h?o.classList.add(r):d>n.h?o.classList.add(s):(o.classList.add("present"),a=o),(e||d===n.h)&&w(o,".slide-background").forEach((p,g)=>{p.classList.remove("past","present","future");let v=typeof n.v=="number"?n.v:0;g<v?p.classList.add("past"):g>v?p.classList.add("future"):(p.classList.add("present"),d===n.h&&(a=p))})}),this.previousBackground&&!this.previousBackground.closest("body")&&(this.previousBackground=null),a&&this.previousBackground){let o=this.previousBackground.getAttribute("data-background-hash"),d=a.getAttribute("data-background-hash");if(d&&d===o&&a!==this.previousBackground){this.element.classList.add("no-transition");let p=a.querySelector("video"),g=this.previousBackground.querySelector("video");if(p&&g){let v=p.parentNode;g.parentNode.appendChild(p),v.appendChild(g)}}}let l=a!==this.previousBackground;if(l&&this.previousBackground&&this.Reveal.slideContent.stopEmbeddedContent(this.previousBackground,{unloadIframes:!this.Reveal.slideContent.shouldPreload(this.previousBackground)}),l&&a){this.Reveal.slideContent.startEmbeddedContent(a);let o=a.querySelector(".slide-background-content");if(o){let d=o.style.backgroundImage||"";/\.gif/i.test(d)&&(o.style.backgroundImage="",window.getComputedStyle(o).opacity,o.style.backgroundImage=d)}this.previousBackground=a}i&&this.bubbleSlideContrastClassToElement(i,this.Reveal.getRevealElement()),setTimeout(()=>{this.element.classList.remove("no-transition")},10)}updateParallax(){let e=this.Reveal.getIndices();if(this.Reveal.getConfig().parallaxBackgroundImage){let t=this.Reveal.getHorizontalSlides(),i=this.Reveal.getVerticalSlides(),n=this.element.style.backgroundSize.split(" "),a,r;n.length===1?a=r=parseInt(n[0],10):(a=parseInt(n[0],10),r=parseInt(n[1],10));let s=this.element.offsetWidth,l=t.length,o,d;o=typeof this.Reveal.getConfig().parallaxBackgroundHorizontal=="number"?this.Reveal.getConfig().parallaxBackgroundHorizontal:l>1?(a-s)/(l-1):0,d=o*e.h*-1;let p=this.element.offsetHeight,g=i.length,v,k;v=typeof this.Reveal.getConfig().parallaxBackgroundVertical=="number"?this.Reveal.getConfig().parallaxBackgroundVertical:(r-p)/(g-1),k=g>0?v*e.v:0,this.element.style.backgroundPosition=d+"px "+-k+"px"}}destroy(){this.element.remove()}},oi=0,xn=class{constructor(e){this.Reveal=e}run(e,t){this.reset();let i=this.Reveal.getSlides(),n=i.indexOf(t),a=i.indexOf(e);if(e&&t&&e.hasAttribute("data-auto-animate")&&t.hasAttribute("data-auto-animate")&&e.getAttribute("data-auto-animate-id")===t.getAttribute("data-auto-animate-id")&&!(n>a?t:e).hasAttribute("data-auto-animate-restart")){this.autoAnimateStyleSheet=this.autoAnimateStyleSheet||ut();let r=this.getAutoAnimateOptions(t);e.dataset.autoAnimate="pending",t.dataset.autoAnimate="pending",r.slideDirection=n>a?"forward":"backward";let s=e.style.display==="none";s&&(e.style.display=this.Reveal.getConfig().display);let l=this.getAutoAnimatableElements(e,t).map(o=>this.autoAnimateElements(o.from,o.to,o.options||{},r,oi++));if(s&&(e.style.display="none"),t.dataset.autoAnimateUnmatched!=="false"&&this.Reveal.getConfig().autoAnimateUnmatched===!0){let o=r.duration*.8,d=r.duration*.2;this.getUnmatchedAutoAnimateElements(t).forEach(p=>{let g=this.getAutoAnimateOptions(p,r),v="unmatched";(g.duration!==r.duration||g.delay!==r.delay)&&(v="unmatched-"+oi++,l.push(`[data-auto-animate="running"] [data-auto-animate-target="${v}"] { transition: opacity ${g.duration}s ease ${g.delay}s; }`)),p.dataset.autoAnimateTarget=v},this),l.push(`[data-auto-animate="running"] [data-auto-animate-target="unmatched"] { transition: opacity ${o}s ease ${d}s; }`)}this.autoAnimateStyleSheet.innerHTML=l.join(""),requestAnimationFrame(()=>{this.autoAnimateStyleSheet&&(getComputedStyle(this.autoAnimateStyleSheet).fontWeight,t.dataset.autoAnimate="running")}),this.Reveal.dispatchEvent({type:"autoanimate",data:{fromSlide:e,toSlide:t,sheet:this.autoAnimateStyleSheet}})}}reset(){w(this.Reveal.getRevealElement(),'[data-auto-animate]:not([data-auto-animate=""])').forEach(e=>{e.dataset.autoAnimate=""}),w(this.Reveal.getRevealElement(),"[data-auto-animate-target]").forEach(e=>{delete e.dataset.autoAnimateTarget}),this.autoAnimateStyleSheet&&this.autoAnimateStyleSheet.parentNode&&(this.autoAnimateStyleSheet.parentNode.removeChild(this.autoAnimateStyleSheet),this.autoAnimateStyleSheet=null)}autoAnimateElements(e,t,i,n,a){e.dataset.autoAnimateTarget="",t.dataset.autoAnimateTarget=a;let r=this.getAutoAnimateOptions(t,n);i.delay!==void 0&&(r.delay=i.delay),i.duration!==void 0&&(r.duration=i.duration),i.easing!==void 0&&(r.easing=i.easing);let s=this.getAutoAnimatableProperties("from",e,i),l=this.getAutoAnimatableProperties("to",t,i);if(t.classList.contains("fragment")&&delete l.styles.opacity,i.translate!==!1||i.scale!==!1){let p=this.Reveal.getScale(),g={x:(s.x-l.x)/p,y:(s.y-l.y)/p,scaleX:s.width/l.width,scaleY:s.height/l.height};g.x=Math.round(g.x*1e3)/1e3,g.y=Math.round(g.y*1e3)/1e3,g.scaleX=Math.round(g.scaleX*1e3)/1e3,g.scaleX=Math.round(g.scaleX*1e3)/1e3;let v=i.translate!==!1&&(g.x!==0||g.y!==0),k=i.scale!==!1&&(g.scaleX!==0||g.scaleY!==0);if(v||k){let h=[];v&&h.push(`translate(${g.x}px, ${g.y}px)`),k&&h.push(`scale(${g.scaleX}, ${g.scaleY})`),s.styles.transform=h.join(" "),s.styles["transform-origin"]="top left",l.styles.transform="none"}}for(let p in l.styles){let g=l.styles[p],v=s.styles[p];g===v?delete l.styles[p]:(g.explicitValue===!0&&(l.styles[p]=g.value),v.explicitValue===!0&&(s.styles[p]=v.value))}let o="",d=Object.keys(l.styles);if(d.length>0){s.styles.transition="none",l.styles.transition=`all ${r.duration}s ${r.easing} ${r.delay}s`,l.styles["transition-property"]=d.join(", "),l.styles["will-change"]=d.join(", ");let p=Object.keys(s.styles).map(v=>v+": "+s.styles[v]+" !important;").join(""),g=Object.keys(l.styles).map(v=>v+": "+l.styles[v]+" !important;").join("");o='[data-auto-animate-target="'+a+'"] {'+p+'}[data-auto-animate="running"] [data-auto-animate-target="'+a+'"] {'+g+"}"}return o}getAutoAnimateOptions(e,t){let i={easing:this.Reveal.getConfig().autoAnimateEasing,duration:this.Reveal.getConfig().autoAnimateDuration,delay:0};if(i=xe(i,t),e.parentNode){let n=W(e.parentNode,"[data-auto-animate-target]");n&&(i=this.getAutoAnimateOptions(n,i))}return e.dataset.autoAnimateEasing&&(i.easing=e.dataset.autoAnimateEasing),e.dataset.autoAnimateDuration&&(i.duration=parseFloat(e.dataset.autoAnimateDuration)),e.dataset.autoAnimateDelay&&(i.delay=parseFloat(e.dataset.autoAnimateDelay)),i}getAutoAnimatableProperties(e,t,i){let n=this.Reveal.getConfig(),a={styles:[]};if(i.translate!==!1||i.scale!==!1){let s;if(typeof i.measure=="function")s=i.measure(t);else if(n.center)s=t.getBoundingClientRect();else{let l=this.Reveal.getScale();s={x:t.offsetLeft*l,y:t.offsetTop*l,width:t.offsetWidth*l,height:t.offsetHeight*l}}a.x=s.x,a.y=s.y,a.width=s.width,a.height=s.height}let r=getComputedStyle(t);return(i.styles||n.autoAnimateStyles).forEach(s=>{let l;typeof s=="string"&&(s={property:s}),s.from!==void 0&&e==="from"?l={value:s.from,explicitValue:!0}:s.to!==void 0&&e==="to"?l={value:s.to,explicitValue:!0}:(s.property==="line-height"&&(l=parseFloat(r["line-height"])/parseFloat(r["font-size"])),isNaN(l)&&(l=r[s.property])),l!==""&&(a.styles[s.property]=l)}),a}getAutoAnimatableElements(e,t){let i=(typeof this.Reveal.getConfig().autoAnimateMatcher=="function"?this.Reveal.getConfig().autoAnimateMatcher:this.getAutoAnimatePairs).call(this,e,t),n=[];return i.filter((a,r)=>{if(n.indexOf(a.to)===-1)return n.push(a.to),!0})}getAutoAnimatePairs(e,t){let i=[],n="h1, h2, h3, h4, h5, h6, p, li";return this.findAutoAnimateMatches(i,e,t,"[data-id]",a=>a.nodeName+":::"+a.getAttribute("data-id")),this.findAutoAnimateMatches(i,e,t,n,a=>a.nodeName+":::"+a.textContent.trim()),this.findAutoAnimateMatches(i,e,t,"img, video, iframe",a=>a.nodeName+":::"+(a.getAttribute("src")||a.getAttribute("data-src"))),this.findAutoAnimateMatches(i,e,t,"pre",a=>a.nodeName+":::"+a.textContent.trim()),i.forEach(a=>{We(a.from,n)?a.options={scale:!1}:We(a.from,"pre")&&(a.options={scale:!1,styles:["width","height"]},this.findAutoAnimateMatches(i,a.from,a.to,".hljs .hljs-ln-code",r=>r.textContent,{scale:!1,styles:[],measure:this.getLocalBoundingBox.bind(this)}),this.findAutoAnimateMatches(i,a.from,a.to,".hljs .hljs-ln-numbers[data-line-number]",r=>r.getAttribute("data-line-number"),{scale:!1,styles:["width"],measure:this.getLocalBoundingBox.bind(this)}))},this),i}getLocalBoundingBox(e){let t=this.Reveal.getScale();return{x:Math.round(e.offsetLeft*t*100)/100,y:Math.round(e.offsetTop*t*100)/100,width:Math.round(e.offsetWidth*t*100)/100,height:Math.round(e.offsetHeight*t*100)/100}}findAutoAnimateMatches(e,t,i,n,a,r){let s={},l={};[].slice.call(t.querySelectorAll(n)).forEach((o,d)=>{let p=a(o);typeof p=="string"&&p.length&&(s[p]=s[p]||[],s[p].push(o))}),[].slice.call(i.querySelectorAll(n)).forEach((o,d)=>{let p=a(o);l[p]=l[p]||[],l[p].push(o);let g;if(s[p]){let v=l[p].length-1,k=s[p].length-1;s[p][v]?(g=s[p][v],s[p][v]=null):s[p][k]&&(g=s[p][k],s[p][k]=null)}g&&e.push({from:g,to:o,options:r})})}getUnmatchedAutoAnimateElements(e){return[].slice.call(e.children).reduce((t,i)=>{let n=i.querySelector("[data-auto-animate-target]");return!i.hasAttribute("data-auto-animate-target")&&!n&&t.push(i),i.querySelector("[data-auto-animate-target]")&&(t=t.concat(this.getUnmatchedAutoAnimateElements(i))),t},[])}},An=500,Sn=4,En=6,Rn=8,Cn=class{constructor(e){this.Reveal=e,this.active=!1,this.activeProgressBarPage=null,this.activeProgressBarTrigger=null,this.activatedCallbacks=[],this.onScroll=this.onScroll.bind(this)}activate(){if(this.active)return;let e=this.Reveal.getState();this.active=!0,this.slideHTMLBeforeActivation=this.Reveal.getSlidesElement().innerHTML;let t=w(this.Reveal.getRevealElement(),oe),i=w(this.Reveal.getRevealElement(),mn);this.viewportElement.classList.add("loading-scroll-mode","reveal-scroll");let n,a=window.getComputedStyle(this.viewportElement);a&&a.background&&(n=a.background);let r=[],s=t[0].parentNode,l,o=(d,p,g,v)=>{let k;if(l&&this.Reveal.shouldAutoAnimateBetween(l,d))k=document.createElement("div"),k.className="scroll-page-content scroll-auto-animate-page",k.style.display="none",l.closest(".scroll-page-content").parentNode.appendChild(k);else{let h=document.createElement("div");if(h.className="scroll-page",r.push(h),v&&i.length>p){let T=i[p],D=window.getComputedStyle(T);D&&D.background?h.style.background=D.background:n&&(h.style.background=n)}else n&&(h.style.background=n);let x=document.createElement("div");x.className="scroll-page-sticky",h.appendChild(x),k=document.createElement("div"),k.className="scroll-page-content",x.appendChild(k)}k.appendChild(d),d.classList.remove("past","future"),d.removeAttribute("inert"),d.setAttribute("data-index-h",p),d.setAttribute("data-index-v",g),d.slideBackgroundElement&&(d.slideBackgroundElement.remove("past","future"),k.insertBefore(d.slideBackgroundElement,d)),l=d};t.forEach((d,p)=>{this.Reveal.isVerticalStack(d)?d.querySelectorAll("section").forEach((g,v)=>{o(g,p,v,!0)}):o(d,p,0)},this),this.createProgressBar(),w(this.Reveal.getRevealElement(),".stack").forEach(d=>d.remove()),r.forEach(d=>s.appendChild(d)),this.Reveal.slideContent.layout(this.Reveal.getSlidesElement()),this.Reveal.layout(),this.Reveal.setState(e),this.activatedCallbacks.forEach(d=>d()),this.activatedCallbacks=[],this.restoreScrollPosition(),this.viewportElement.classList.remove("loading-scroll-mode"),this.viewportElement.addEventListener("scroll",this.onScroll,{passive:!0})}deactivate(){if(!this.active)return;let e=this.Reveal.getState();this.active=!1,this.viewportElement.removeEventListener("scroll",this.onScroll),this.viewportElement.classList.remove("reveal-scroll"),this.pendingScrollRaf&&(cancelAnimationFrame(this.pendingScrollRaf),this.pendingScrollRaf=0),this.removeProgressBar(),this.Reveal.getSlidesElement().innerHTML=this.slideHTMLBeforeActivation,this.Reveal.sync(),this.Reveal.setState(e),this.slideHTMLBeforeActivation=null}toggle(e){typeof e=="boolean"?e?this.activate():this.deactivate():this.isActive()?this.deactivate():this.activate()}isActive(){return this.active}createProgressBar(){this.progressBar=document.createElement("div"),this.progressBar.className="scrollbar",this.progressBarInner=document.createElement("div"),this.progressBarInner.className="scrollbar-inner",this.progressBar.appendChild(this.progressBarInner),this.progressBarPlayhead=document.createElement("div"),this.progressBarPlayhead.className="scrollbar-playhead",this.progressBarInner.appendChild(this.progressBarPlayhead),this.viewportElement.insertBefore(this.progressBar,this.viewportElement.firstChild);let e=i=>{let n=(i.clientY-this.progressBarInner.getBoundingClientRect().top)/this.progressBarHeight;n=Math.max(Math.min(n,1),0),this.viewportElement.scrollTop=n*(this.viewportElement.scrollHeight-this.viewportElement.offsetHeight)},t=i=>{this.draggingProgressBar=!1,this.showProgressBar(),document.removeEventListener("mousemove",e),document.removeEventListener("mouseup",t)};this.progressBarInner.addEventListener("mousedown",i=>{i.preventDefault(),this.draggingProgressBar=!0,document.addEventListener("mousemove",e),document.addEventListener("mouseup",t),e(i)})}removeProgressBar(){this.progressBar&&(this.progressBar.remove(),this.progressBar=null),this.activeProgressBarPage=null,this.activeProgressBarTrigger=null}layout(){this.isActive()&&(this.syncPages(),this.syncScrollPosition())}syncPages(){let e=this.Reveal.getConfig(),t=this.Reveal.getComputedSlideSize(window.innerWidth,window.innerHeight),i=this.Reveal.getScale(),n=e.scrollLayout==="compact",a=this.viewportElement.offsetHeight,r=t.height*i,s=n?r:a;this.scrollTriggerHeight=n?r:a,this.viewportElement.style.setProperty("--page-height",s+"px"),this.viewportElement.style.scrollSnapType=typeof e.scrollSnap=="string"?`y ${e.scrollSnap}`:"",this.slideTriggers=[];let l=Array.from(this.Reveal.getRevealElement().querySelectorAll(".scroll-page"));this.pages=l.map(o=>{let d=this.createPage({pageElement:o,slideElement:o.querySelector("section"),stickyElement:o.querySelector(".scroll-page-sticky"),contentElement:o.querySelector(".scroll-page-content"),backgroundElement:o.querySelector(".slide-background"),autoAnimateElements:o.querySelectorAll(".scroll-auto-animate-page"),autoAnimatePages:[]});d.pageElement.style.setProperty("--slide-height",e.center===!0?"auto":t.height+"px"),this.slideTriggers.push({page:d,activate:()=>this.activatePage(d),deactivate:()=>this.deactivatePage(d)}),this.createFragmentTriggersForPage(d),d.autoAnimateElements.length>0&&this.createAutoAnimateTriggersForPage(d);let p=Math.max(d.scrollTriggers.length-1,0);p+=d.autoAnimatePages.reduce((g,v)=>g+Math.max(v.scrollTriggers.length-1,0),d.autoAnimatePages.length),d.pageElement.querySelectorAll(".scroll-snap-point").forEach(g=>g.remove());for(let g=0;g<p+1;g++){let v=document.createElement("div");v.className="scroll-snap-point",v.style.height=this.scrollTriggerHeight+"px",v.style.scrollSnapAlign=n?"center":"start",d.pageElement.appendChild(v),g===0&&(v.style.marginTop=-this.scrollTriggerHeight+"px")}return n&&d.scrollTriggers.length>0?(d.pageHeight=a,d.pageElement.style.setProperty("--page-height",a+"px")):(d.pageHeight=s,d.pageElement.style.removeProperty("--page-height")),d.scrollPadding=this.scrollTriggerHeight*p,d.totalHeight=d.pageHeight+d.scrollPadding,d.pageElement.style.setProperty("--page-scroll-padding",d.scrollPadding+"px"),p>0?(d.stickyElement.style.position="sticky",d.stickyElement.style.top=Math.max((a-d.pageHeight)/2,0)+"px"):(d.stickyElement.style.position="relative",d.pageElement.style.scrollSnapAlign=d.pageHeight<a?"center":"start"),d}),this.setTriggerRanges(),this.viewportElement.setAttribute("data-scrollbar",e.scrollProgress),e.scrollProgress&&this.totalScrollTriggerCount>1?(this.progressBar||this.createProgressBar(),this.syncProgressBar()):this.removeProgressBar()}setTriggerRanges(){this.totalScrollTriggerCount=this.slideTriggers.reduce((t,i)=>t+Math.max(i.page.scrollTriggers.length,1),0);let e=0;this.slideTriggers.forEach((t,i)=>{t.range=[e,e+Math.max(t.page.scrollTriggers.length,1)/this.totalScrollTriggerCount];let n=(t.range[1]-t.range[0])/t.page.scrollTriggers.length;t.page.scrollTriggers.forEach((a,r)=>{a.range=[e+r*n,e+(r+1)*n]}),e=t.range[1]}),this.slideTriggers[this.slideTriggers.length-1].range[1]=1}createFragmentTriggersForPage(e,t){t=t||e.slideElement;let i=this.Reveal.fragments.sort(t.querySelectorAll(".fragment"),!0);return i.length&&(e.fragments=this.Reveal.fragments.sort(t.querySelectorAll(".fragment:not(.disabled)")),e.scrollTriggers.push({activate:()=>{this.Reveal.fragments.update(-1,e.fragments,t)}}),i.forEach((n,a)=>{e.scrollTriggers.push({activate:()=>{this.Reveal.fragments.update(a,e.fragments,t)}})})),e.scrollTriggers.length}createAutoAnimateTriggersForPage(e){e.autoAnimateElements.length>0&&this.slideTriggers.push(...Array.from(e.autoAnimateElements).map((t,i)=>{let n=this.createPage({slideElement:t.querySelector("section"),contentElement:t,backgroundElement:t.querySelector(".slide-background")});return this.createFragmentTriggersForPage(n,n.slideElement),e.autoAnimatePages.push(n),{page:n,activate:()=>this.activatePage(n),deactivate:()=>this.deactivatePage(n)}}))}createPage(e){return e.scrollTriggers=[],e.indexh=parseInt(e.slideElement.getAttribute("data-index-h"),10),e.indexv=parseInt(e.slideElement.getAttribute("data-index-v"),10),e}syncProgressBar(){this.progressBarInner.querySelectorAll(".scrollbar-slide").forEach(r=>r.remove()),this.activeProgressBarPage=null,this.activeProgressBarTrigger=null,this.getAllPages().forEach(r=>{r.progressBarSlide=null,r.scrollTriggers.forEach(s=>s.progressBarElement=null)});let e=this.viewportElement.scrollHeight,t=this.viewportElement.offsetHeight,i=t/e;this.progressBarHeight=this.progressBarInner.offsetHeight,this.playheadHeight=Math.max(i*this.progressBarHeight,Rn),this.progressBarScrollableHeight=this.progressBarHeight-this.playheadHeight;let n=t/e*this.progressBarHeight,a=Math.min(n/8,Sn);this.progressBarPlayhead.style.height=this.playheadHeight-a+"px",n>En&&this.slideTriggers.forEach(r=>{let{page:s}=r;s.progressBarSlide=document.createElement("div"),s.progressBarSlide.className="scrollbar-slide",s.progressBarSlide.style.top=r.range[0]*this.progressBarHeight+"px",s.progressBarSlide.style.height=(r.range[1]-r.range[0])*this.progressBarHeight-a+"px",s.progressBarSlide.classList.toggle("has-triggers",s.scrollTriggers.length>0),this.progressBarInner.appendChild(s.progressBarSlide),s.scrollTriggers.forEach((l,o)=>{let d=document.createElement("div");d.className="scrollbar-trigger",d.style.top=(l.range[0]-r.range[0])*this.progressBarHeight+"px",d.style.height=(l.range[1]-l.range[0])*this.progressBarHeight-a+"px",s.progressBarSlide.appendChild(d),o===0&&(d.style.display="none"),l.progressBarElement=d})})}syncScrollPosition(){let e=this.viewportElement.offsetHeight,t=e/this.viewportElement.scrollHeight,i=this.viewportElement.scrollTop,n=this.viewportElement.scrollHeight-e,a=Math.max(Math.min(i/n,1),0),r=Math.max(Math.min((i+e/2)/this.viewportElement.scrollHeight,1),0),s,l=null;this.slideTriggers.forEach(o=>{let{page:d}=o,p=a>=o.range[0]-t*2&&a<=o.range[1]+t*2;p&&!d.loaded?(d.loaded=!0,this.Reveal.slideContent.load(d.slideElement)):!p&&d.loaded&&(d.loaded=!1,this.Reveal.slideContent.unload(d.slideElement)),a>=o.range[0]&&a<=o.range[1]?(this.activateTrigger(o),s=o.page):o.active&&this.deactivateTrigger(o)}),s&&s.scrollTriggers.forEach(o=>{r>=o.range[0]&&r<=o.range[1]?(this.activateTrigger(o),l=o):o.active&&this.deactivateTrigger(o)}),this.setProgressBarValue(i/(this.viewportElement.scrollHeight-e),s,l)}setProgressBarValue(e,t=null,i=null){if(this.progressBar){if(this.progressBarPlayhead.style.transform=`translateY(${e*this.progressBarScrollableHeight}px)`,this.activeProgressBarPage!==t){var n,a;(n=this.activeProgressBarPage)==null||(n=n.progressBarSlide)==null||n.classList.remove("active"),t==null||(a=t.progressBarSlide)==null||a.classList.add("active"),this.activeProgressBarPage=t}if(this.activeProgressBarTrigger!==i){var r,s;(r=this.activeProgressBarTrigger)==null||(r=r.progressBarElement)==null||r.classList.remove("active"),i==null||(s=i.progressBarElement)==null||s.classList.add("active"),this.activeProgressBarTrigger=i}this.showProgressBar()}}showProgressBar(){this.progressBar.classList.add("visible"),clearTimeout(this.hideProgressBarTimeout),this.Reveal.getConfig().scrollProgress==="auto"&&!this.draggingProgressBar&&(this.hideProgressBarTimeout=setTimeout(()=>{this.progressBar&&this.progressBar.classList.remove("visible")},An))}prev(){this.viewportElement.scrollTop-=this.scrollTriggerHeight}next(){this.viewportElement.scrollTop+=this.scrollTriggerHeight}scrollToSlide(e){if(!this.active)this.activatedCallbacks.push(()=>this.scrollToSlide(e));else{let t=this.getScrollTriggerBySlide(e);t&&(this.viewportElement.scrollTop=t.range[0]*(this.viewportElement.scrollHeight-this.viewportElement.offsetHeight))}}storeScrollPosition(){clearTimeout(this.storeScrollPositionTimeout),this.storeScrollPositionTimeout=setTimeout(()=>{sessionStorage.setItem("reveal-scroll-top",this.viewportElement.scrollTop),sessionStorage.setItem("reveal-scroll-origin",location.origin+location.pathname),this.storeScrollPositionTimeout=null},50)}restoreScrollPosition(){let e=sessionStorage.getItem("reveal-scroll-top"),t=sessionStorage.getItem("reveal-scroll-origin");e&&t===location.origin+location.pathname&&(this.viewportElement.scrollTop=parseInt(e,10))}activatePage(e){if(!e.active){e.active=!0;let{slideElement:t,backgroundElement:i,contentElement:n,indexh:a,indexv:r}=e;n.style.display="block",t.classList.add("present"),i&&i.classList.add("present"),this.Reveal.setCurrentScrollPage(t,a,r),this.Reveal.backgrounds.bubbleSlideContrastClassToElement(t,this.viewportElement),Array.from(n.parentNode.querySelectorAll(".scroll-page-content")).forEach(s=>{s!==n&&(s.style.display="none")})}}deactivatePage(e){e.active&&(e.active=!1,e.slideElement&&e.slideElement.classList.remove("present"),e.backgroundElement&&e.backgroundElement.classList.remove("present"))}activateTrigger(e){e.active||(e.active=!0,e.activate())}deactivateTrigger(e){e.active&&(e.active=!1,e.deactivate&&e.deactivate())}getSlideByIndices(e,t){let i=this.getAllPages().find(n=>n.indexh===e&&n.indexv===t);return i?i.slideElement:null}getScrollTriggerBySlide(e){return this.slideTriggers.find(t=>t.page.slideElement===e)}getAllPages(){return this.pages.flatMap(e=>[e,...e.autoAnimatePages||[]])}onScroll(){this.pendingScrollRaf||(this.pendingScrollRaf=requestAnimationFrame(()=>{this.pendingScrollRaf=0,this.syncScrollPosition(),this.storeScrollPosition()}))}get viewportElement(){return this.Reveal.getViewportElement()}};function li(e,t,i,n,a,r,s){try{var l=e[r](s),o=l.value}catch(d){i(d);return}l.done?t(o):Promise.resolve(o).then(n,a)}function Ln(e){return function(){var t=this,i=arguments;return new Promise(function(n,a){var r=e.apply(t,i);function s(o){li(r,n,a,s,l,"next",o)}function l(o){li(r,n,a,s,l,"throw",o)}s(void 0)})}}var Tn=class{constructor(e){this.Reveal=e}activate(){var e=this;return Ln(function*(){let t=e.Reveal.getConfig(),i=w(e.Reveal.getRevealElement(),pe),n=t.slideNumber&&/all|print/i.test(t.showSlideNumber),a=e.Reveal.getComputedSlideSize(window.innerWidth,window.innerHeight),r=Math.floor(a.width*(1+t.margin)),s=Math.floor(a.height*(1+t.margin)),l=a.width,o=a.height;yield new Promise(requestAnimationFrame),ut("@page{size:"+r+"px "+s+"px; margin: 0px;}"),ut(".reveal section>img, .reveal section>video, .reveal section>iframe{max-width: "+l+"px; max-height:"+o+"px}"),document.documentElement.classList.add("reveal-print","print-pdf"),document.body.style.width=r+"px",document.body.style.height=s+"px";let d=e.Reveal.getViewportElement(),p;if(d){let x=window.getComputedStyle(d);x&&x.background&&(p=x.background)}yield new Promise(requestAnimationFrame),e.Reveal.layoutSlideContents(l,o),yield new Promise(requestAnimationFrame);let g=i.map(x=>x.scrollHeight),v=[],k=i[0].parentNode,h=1;i.forEach(function(x,T){if(x.classList.contains("stack")===!1){let D=(r-l)/2,J=(s-o)/2,re=g[T],V=Math.max(Math.ceil(re/s),1);V=Math.min(V,t.pdfMaxPagesPerSlide),(V===1&&t.center||x.classList.contains("center"))&&(J=Math.max((s-re)/2,0));let A=document.createElement("div");if(v.push(A),A.className="pdf-page",A.style.height=(s+t.pdfPageHeightOffset)*V+"px",p&&(A.style.background=p),A.appendChild(x),x.style.left=D+"px",x.style.top=J+"px",x.style.width=l+"px",this.Reveal.slideContent.layout(x),x.slideBackgroundElement&&A.insertBefore(x.slideBackgroundElement,x),t.showNotes){let z=this.Reveal.getSlideNotes(x);if(z){let $=typeof t.showNotes=="string"?t.showNotes:"inline",B=document.createElement("div");B.classList.add("speaker-notes"),B.classList.add("speaker-notes-pdf"),B.setAttribute("data-layout",$),B.innerHTML=z,$==="separate-page"?v.push(B):(B.style.left="8px",B.style.bottom="8px",B.style.width=r-16+"px",A.appendChild(B))}}if(n){let z=document.createElement("div");z.classList.add("slide-number"),z.classList.add("slide-number-pdf"),z.innerHTML=h++,A.appendChild(z)}if(t.pdfSeparateFragments){let z=this.Reveal.fragments.sort(A.querySelectorAll(".fragment"),!0),$;z.forEach(function(B,O){$&&$.forEach(function(U){U.classList.remove("current-fragment")}),B.forEach(function(U){U.classList.add("visible","current-fragment")},this);let E=A.cloneNode(!0);if(n){let U=E.querySelector(".slide-number-pdf"),R=O+1;U.innerHTML+="."+R}v.push(E),$=B},this),z.forEach(function(B){B.forEach(function(O){O.classList.remove("visible","current-fragment")})})}else w(A,".fragment:not(.fade-out)").forEach(function(z){z.classList.add("visible")})}},e),yield new Promise(requestAnimationFrame),v.forEach(x=>k.appendChild(x)),e.Reveal.slideContent.layout(e.Reveal.getSlidesElement()),e.Reveal.dispatchEvent({type:"pdf-ready"}),d.classList.remove("loading-scroll-mode")})()}isActive(){return this.Reveal.getConfig().view==="print"}},Pn=class{constructor(e){this.Reveal=e}configure(e,t){e.fragments===!1?this.disable():t.fragments===!1&&this.enable()}disable(){w(this.Reveal.getSlidesElement(),".fragment").forEach(e=>{e.classList.add("visible"),e.classList.remove("current-fragment")})}enable(){w(this.Reveal.getSlidesElement(),".fragment").forEach(e=>{e.classList.remove("visible"),e.classList.remove("current-fragment")})}availableRoutes(){let e=this.Reveal.getCurrentSlide();if(e&&this.Reveal.getConfig().fragments){let t=e.querySelectorAll(".fragment:not(.disabled)"),i=e.querySelectorAll(".fragment:not(.disabled):not(.visible)");return{prev:t.length-i.length>0,next:!!i.length}}return{prev:!1,next:!1}}sort(e,t=!1){e=Array.from(e);let i=[],n=[],a=[];e.forEach(s=>{if(s.hasAttribute("data-fragment-index")){let l=parseInt(s.getAttribute("data-fragment-index"),10);i[l]||(i[l]=[]),i[l].push(s)}else n.push([s])}),i=i.concat(n);let r=0;return i.forEach(s=>{s.forEach(l=>{a.push(l),l.setAttribute("data-fragment-index",r)}),r++}),t===!0?i:a}sortAll(){this.Reveal.getHorizontalSlides().forEach(e=>{let t=w(e,"section");t.forEach((i,n)=>{this.sort(i.querySelectorAll(".fragment"))},this),t.length===0&&this.sort(e.querySelectorAll(".fragment"))})}update(e,t,i=this.Reveal.getCurrentSlide()){let n={shown:[],hidden:[]};if(i&&this.Reveal.getConfig().fragments&&(t=t||this.sort(i.querySelectorAll(".fragment")),t.length)){let a=0;if(typeof e!="number"){let r=this.sort(i.querySelectorAll(".fragment.visible")).pop();r&&(e=parseInt(r.getAttribute("data-fragment-index")||0,10))}Array.from(t).forEach((r,s)=>{if(r.hasAttribute("data-fragment-index")&&(s=parseInt(r.getAttribute("data-fragment-index"),10)),a=Math.max(a,s),s<=e){let l=r.classList.contains("visible");r.classList.add("visible"),r.classList.remove("current-fragment"),s===e&&(this.Reveal.announceStatus(this.Reveal.getStatusText(r)),r.classList.add("current-fragment"),this.Reveal.slideContent.startEmbeddedContent(r)),l||(n.shown.push(r),this.Reveal.dispatchEvent({target:r,type:"visible",bubbles:!1}))}else{let l=r.classList.contains("visible");r.classList.remove("visible"),r.classList.remove("current-fragment"),l&&(this.Reveal.slideContent.stopEmbeddedContent(r),n.hidden.push(r),this.Reveal.dispatchEvent({target:r,type:"hidden",bubbles:!1}))}}),e=typeof e=="number"?e:-1,e=Math.max(Math.min(e,a),-1),i.setAttribute("data-fragment",e)}return n.hidden.length&&this.Reveal.dispatchEvent({type:"fragmenthidden",data:{fragment:n.hidden[0],fragments:n.hidden}}),n.shown.length&&this.Reveal.dispatchEvent({type:"fragmentshown",data:{fragment:n.shown[0],fragments:n.shown}}),n}sync(e=this.Reveal.getCurrentSlide()){return this.sort(e.querySelectorAll(".fragment"))}goto(e,t=0){let i=this.Reveal.getCurrentSlide();if(i&&this.Reveal.getConfig().fragments){let n=this.sort(i.querySelectorAll(".fragment:not(.disabled)"));if(n.length){if(typeof e!="number"){let r=this.sort(i.querySelectorAll(".fragment:not(.disabled).visible")).pop();e=r?parseInt(r.getAttribute("data-fragment-index")||0,10):-1}e+=t;let a=this.update(e,n);return this.Reveal.controls.update(),this.Reveal.progress.update(),this.Reveal.getConfig().fragmentInURL&&this.Reveal.location.writeURL(),!!(a.shown.length||a.hidden.length)}}return!1}next(){return this.goto(null,1)}prev(){return this.goto(null,-1)}},In=class{constructor(e){this.Reveal=e,this.active=!1,this.onSlideClicked=this.onSlideClicked.bind(this)}activate(){if(this.Reveal.getConfig().overview&&!this.Reveal.isScrollView()&&!this.isActive()){this.active=!0,this.Reveal.getRevealElement().classList.add("overview"),this.Reveal.cancelAutoSlide(),this.Reveal.getSlidesElement().appendChild(this.Reveal.getBackgroundsElement()),w(this.Reveal.getRevealElement(),pe).forEach(i=>{i.classList.contains("stack")||i.addEventListener("click",this.onSlideClicked,!0)});let e=this.Reveal.getComputedSlideSize();this.overviewSlideWidth=e.width+70,this.overviewSlideHeight=e.height+70,this.Reveal.getConfig().rtl&&(this.overviewSlideWidth=-this.overviewSlideWidth),this.Reveal.updateSlidesVisibility(),this.layout(),this.update(),this.Reveal.layout();let t=this.Reveal.getIndices();this.Reveal.dispatchEvent({type:"overviewshown",data:{indexh:t.h,indexv:t.v,currentSlide:this.Reveal.getCurrentSlide()}})}}layout(){this.Reveal.getHorizontalSlides().forEach((e,t)=>{e.setAttribute("data-index-h",t),ue(e,"translate3d("+t*this.overviewSlideWidth+"px, 0, 0)"),e.classList.contains("stack")&&w(e,"section").forEach((i,n)=>{i.setAttribute("data-index-h",t),i.setAttribute("data-index-v",n),ue(i,"translate3d(0, "+n*this.overviewSlideHeight+"px, 0)")})}),Array.from(this.Reveal.getBackgroundsElement().childNodes).forEach((e,t)=>{ue(e,"translate3d("+t*this.overviewSlideWidth+"px, 0, 0)"),w(e,".slide-background").forEach((i,n)=>{ue(i,"translate3d(0, "+n*this.overviewSlideHeight+"px, 0)")})})}update(){let e=Math.min(window.innerWidth,window.innerHeight),t=Math.max(e/5,150)/e,i=this.Reveal.getIndices();this.Reveal.transformSlides({overview:["scale("+t+")","translateX("+-i.h*this.overviewSlideWidth+"px)","translateY("+-i.v*this.overviewSlideHeight+"px)"].join(" ")})}deactivate(){if(this.Reveal.getConfig().overview){this.active=!1,this.Reveal.getRevealElement().classList.remove("overview"),this.Reveal.getRevealElement().classList.add("overview-deactivating"),setTimeout(()=>{this.Reveal.getRevealElement().classList.remove("overview-deactivating")},1),this.Reveal.getRevealElement().appendChild(this.Reveal.getBackgroundsElement()),w(this.Reveal.getRevealElement(),pe).forEach(t=>{ue(t,""),t.removeEventListener("click",this.onSlideClicked,!0)}),w(this.Reveal.getBackgroundsElement(),".slide-background").forEach(t=>{ue(t,"")}),this.Reveal.transformSlides({overview:""});let e=this.Reveal.getIndices();this.Reveal.slide(e.h,e.v),this.Reveal.layout(),this.Reveal.cueAutoSlide(),this.Reveal.dispatchEvent({type:"overviewhidden",data:{indexh:e.h,indexv:e.v,currentSlide:this.Reveal.getCurrentSlide()}})}}toggle(e){typeof e=="boolean"?e?this.activate():this.deactivate():this.isActive()?this.deactivate():this.activate()}isActive(){return this.active}onSlideClicked(e){if(this.isActive()){e.preventDefault();let t=e.target;for(;t&&!t.nodeName.match(/section/gi);)t=t.parentNode;if(t&&!t.classList.contains("disabled")&&(this.deactivate(),t.nodeName.match(/section/gi))){let i=parseInt(t.getAttribute("data-index-h"),10),n=parseInt(t.getAttribute("data-index-v"),10);this.Reveal.slide(i,n)}}}},Mn=class{constructor(e){this.Reveal=e,this.shortcuts={},this.bindings={},this.onDocumentKeyDown=this.onDocumentKeyDown.bind(this)}configure(e,t){e.navigationMode==="linear"?(this.shortcuts["&#8594;  ,  &#8595;  ,  SPACE  ,  N  ,  L  ,  J"]="Next slide",this.shortcuts["&#8592;  ,  &#8593;  ,  P  ,  H  ,  K"]="Previous slide"):(this.shortcuts["N  ,  SPACE"]="Next slide",this.shortcuts["P  ,  Shift SPACE"]="Previous slide",this.shortcuts["&#8592;  ,  H"]="Navigate left",this.shortcuts["&#8594;  ,  L"]="Navigate right",this.shortcuts["&#8593;  ,  K"]="Navigate up",this.shortcuts["&#8595;  ,  J"]="Navigate down"),this.shortcuts["Alt + &#8592;/&#8593/&#8594;/&#8595;"]="Navigate without fragments",this.shortcuts["Shift + &#8592;/&#8593/&#8594;/&#8595;"]="Jump to first/last slide",this.shortcuts["B  ,  ."]="Pause",this.shortcuts.F="Fullscreen",this.shortcuts.G="Jump to slide",this.shortcuts["ESC, O"]="Slide overview"}bind(){document.addEventListener("keydown",this.onDocumentKeyDown,!1)}unbind(){document.removeEventListener("keydown",this.onDocumentKeyDown,!1)}addKeyBinding(e,t){typeof e=="object"&&e.keyCode?this.bindings[e.keyCode]={callback:t,key:e.key,description:e.description}:this.bindings[e]={callback:t,key:null,description:null}}removeKeyBinding(e){delete this.bindings[e]}triggerKey(e){this.onDocumentKeyDown({keyCode:e})}registerKeyboardShortcut(e,t){this.shortcuts[e]=t}getShortcuts(){return this.shortcuts}getBindings(){return this.bindings}onDocumentKeyDown(e){let t=this.Reveal.getConfig();if(typeof t.keyboardCondition=="function"&&t.keyboardCondition(e)===!1||t.keyboardCondition==="focused"&&!this.Reveal.isFocused())return!0;let i=e.keyCode,n=!this.Reveal.isAutoSliding();this.Reveal.onUserInput(e);let a=document.activeElement&&document.activeElement.isContentEditable===!0,r=document.activeElement&&document.activeElement.tagName&&/input|textarea/i.test(document.activeElement.tagName),s=document.activeElement&&document.activeElement.className&&/speaker-notes/i.test(document.activeElement.className),l=!([32,37,38,39,40,63,78,80,191].indexOf(e.keyCode)!==-1&&e.shiftKey||e.altKey)&&(e.shiftKey||e.altKey||e.ctrlKey||e.metaKey);if(a||r||s||l)return;let o=[66,86,190,191,112],d;if(typeof t.keyboard=="object")for(d in t.keyboard)t.keyboard[d]==="togglePause"&&o.push(parseInt(d,10));if(this.Reveal.isOverlayOpen()&&!["Escape","f","c","b","."].includes(e.key)||this.Reveal.isPaused()&&o.indexOf(i)===-1)return!1;let p=t.navigationMode==="linear"||!this.Reveal.hasHorizontalSlides()||!this.Reveal.hasVerticalSlides(),g=!1;if(typeof t.keyboard=="object"){for(d in t.keyboard)if(parseInt(d,10)===i){let v=t.keyboard[d];typeof v=="function"?v.apply(null,[e]):typeof v=="string"&&typeof this.Reveal[v]=="function"&&this.Reveal[v].call(),g=!0}}if(g===!1){for(d in this.bindings)if(parseInt(d,10)===i){let v=this.bindings[d].callback;typeof v=="function"?v.apply(null,[e]):typeof v=="string"&&typeof this.Reveal[v]=="function"&&this.Reveal[v].call(),g=!0}}g===!1&&(g=!0,i===80||i===33?this.Reveal.prev({skipFragments:e.altKey}):i===78||i===34?this.Reveal.next({skipFragments:e.altKey}):i===72||i===37?e.shiftKey?this.Reveal.slide(0):!this.Reveal.overview.isActive()&&p?t.rtl?this.Reveal.next({skipFragments:e.altKey}):this.Reveal.prev({skipFragments:e.altKey}):this.Reveal.left({skipFragments:e.altKey}):i===76||i===39?e.shiftKey?this.Reveal.slide(this.Reveal.getHorizontalSlides().length-1):!this.Reveal.overview.isActive()&&p?t.rtl?this.Reveal.prev({skipFragments:e.altKey}):this.Reveal.next({skipFragments:e.altKey}):this.Reveal.right({skipFragments:e.altKey}):i===75||i===38?e.shiftKey?this.Reveal.slide(void 0,0):!this.Reveal.overview.isActive()&&p?this.Reveal.prev({skipFragments:e.altKey}):this.Reveal.up({skipFragments:e.altKey}):i===74||i===40?e.shiftKey?this.Reveal.slide(void 0,Number.MAX_VALUE):!this.Reveal.overview.isActive()&&p?this.Reveal.next({skipFragments:e.altKey}):this.Reveal.down({skipFragments:e.altKey}):i===36?this.Reveal.slide(0):i===35?this.Reveal.slide(this.Reveal.getHorizontalSlides().length-1):i===32?(this.Reveal.overview.isActive()&&this.Reveal.overview.deactivate(),e.shiftKey?this.Reveal.prev({skipFragments:e.altKey}):this.Reveal.next({skipFragments:e.altKey})):[58,59,66,86,190].includes(i)||i===191&&!e.shiftKey?this.Reveal.togglePause():i===70?gi(t.embedded?this.Reveal.getViewportElement():document.documentElement):i===65?t.autoSlideStoppable&&this.Reveal.toggleAutoSlide(n):i===71?t.jumpToSlide&&this.Reveal.toggleJumpToSlide():i===67&&this.Reveal.isOverlayOpen()?this.Reveal.closeOverlay():(i===63||i===191)&&e.shiftKey||i===112?this.Reveal.toggleHelp():g=!1),g?e.preventDefault&&e.preventDefault():i===27||i===79?(this.Reveal.closeOverlay()===!1&&this.Reveal.overview.toggle(),e.preventDefault&&e.preventDefault()):i===13&&this.Reveal.overview.isActive()&&(this.Reveal.overview.deactivate(),e.preventDefault&&e.preventDefault()),this.Reveal.cueAutoSlide()}};function di(e,t){var i=Object.keys(e);if(Object.getOwnPropertySymbols){var n=Object.getOwnPropertySymbols(e);t&&(n=n.filter(function(a){return Object.getOwnPropertyDescriptor(e,a).enumerable})),i.push.apply(i,n)}return i}function G(e){for(var t=1;t<arguments.length;t++){var i=arguments[t]==null?{}:arguments[t];t%2?di(Object(i),!0).forEach(function(n){gt(e,n,i[n])}):Object.getOwnPropertyDescriptors?Object.defineProperties(e,Object.getOwnPropertyDescriptors(i)):di(Object(i)).forEach(function(n){Object.defineProperty(e,n,Object.getOwnPropertyDescriptor(i,n))})}return e}var zn=class{constructor(e){gt(this,"MAX_REPLACE_STATE_FREQUENCY",1e3),this.Reveal=e,this.writeURLTimeout=0,this.replaceStateTimestamp=0,this.onWindowHashChange=this.onWindowHashChange.bind(this)}bind(){window.addEventListener("hashchange",this.onWindowHashChange,!1)}unbind(){window.removeEventListener("hashchange",this.onWindowHashChange,!1)}getIndicesFromHash(e=window.location.hash,t={}){let i=e.replace(/^#\/?/,""),n=i.split("/");if(!/^[0-9]*$/.test(n[0])&&i.length){let a,r;/\/[-\d]+$/g.test(i)&&(r=parseInt(i.split("/").pop(),10),r=isNaN(r)?void 0:r,i=i.split("/").shift());try{let s=decodeURIComponent(i);a=(document.getElementById(s)||document.querySelector(`[data-id="${s}"]`)).closest(".slides section")}catch{}if(a)return G(G({},this.Reveal.getIndices(a)),{},{f:r})}else{let a=this.Reveal.getConfig(),r=a.hashOneBasedIndex||t.oneBasedIndex?1:0,s=parseInt(n[0],10)-r||0,l=parseInt(n[1],10)-r||0,o;return a.fragmentInURL&&(o=parseInt(n[2],10),isNaN(o)&&(o=void 0)),{h:s,v:l,f:o}}return null}readURL(){let e=this.Reveal.getIndices(),t=this.getIndicesFromHash();t?(t.h!==e.h||t.v!==e.v||t.f!==void 0)&&this.Reveal.slide(t.h,t.v,t.f):this.Reveal.slide(e.h||0,e.v||0)}writeURL(e){let t=this.Reveal.getConfig(),i=this.Reveal.getCurrentSlide();if(clearTimeout(this.writeURLTimeout),typeof e=="number")this.writeURLTimeout=setTimeout(this.writeURL,e);else if(i){let n=this.getHash();t.history?window.location.hash=n:t.hash&&(n==="/"?this.debouncedReplaceState(window.location.pathname+window.location.search):this.debouncedReplaceState("#"+n))}}replaceState(e){window.history.replaceState(null,null,e),this.replaceStateTimestamp=Date.now()}debouncedReplaceState(e){clearTimeout(this.replaceStateTimeout),Date.now()-this.replaceStateTimestamp>this.MAX_REPLACE_STATE_FREQUENCY?this.replaceState(e):this.replaceStateTimeout=setTimeout(()=>this.replaceState(e),this.MAX_REPLACE_STATE_FREQUENCY)}getHash(e){let t="/",i=e||this.Reveal.getCurrentSlide(),n=i?i.getAttribute("id"):null;n&&(n=encodeURIComponent(n));let a=this.Reveal.getIndices(e);if(this.Reveal.getConfig().fragmentInURL||(a.f=void 0),typeof n=="string"&&n.length)t="/"+n,a.f>=0&&(t+="/"+a.f);else{let r=+!!this.Reveal.getConfig().hashOneBasedIndex;(a.h>0||a.v>0||a.f>=0)&&(t+=a.h+r),(a.v>0||a.f>=0)&&(t+="/"+(a.v+r)),a.f>=0&&(t+="/"+a.f)}return t}onWindowHashChange(e){this.readURL()}},Bn=class{constructor(e){this.Reveal=e,this.onNavigateLeftClicked=this.onNavigateLeftClicked.bind(this),this.onNavigateRightClicked=this.onNavigateRightClicked.bind(this),this.onNavigateUpClicked=this.onNavigateUpClicked.bind(this),this.onNavigateDownClicked=this.onNavigateDownClicked.bind(this),this.onNavigatePrevClicked=this.onNavigatePrevClicked.bind(this),this.onNavigateNextClicked=this.onNavigateNextClicked.bind(this),this.onEnterFullscreen=this.onEnterFullscreen.bind(this)}render(){let e=this.Reveal.getConfig().rtl,t=this.Reveal.getRevealElement();this.element=document.createElement("aside"),this.element.className="controls",this.element.innerHTML=`<button class="navigate-left" aria-label="${e?"next slide":"previous slide"}"><div class="controls-arrow"></div></button>
			<button class="navigate-right" aria-label="${e?"previous slide":"next slide"}"><div class="controls-arrow"></div></button>
			<button class="navigate-up" aria-label="above slide"><div class="controls-arrow"></div></button>
			<button class="navigate-down" aria-label="below slide"><div class="controls-arrow"></div></button>`,this.Reveal.getRevealElement().appendChild(this.element),this.controlsLeft=w(t,".navigate-left"),this.controlsRight=w(t,".navigate-right"),this.controlsUp=w(t,".navigate-up"),this.controlsDown=w(t,".navigate-down"),this.controlsPrev=w(t,".navigate-prev"),this.controlsNext=w(t,".navigate-next"),this.controlsFullscreen=w(t,".enter-fullscreen"),this.controlsRightArrow=this.element.querySelector(".navigate-right"),this.controlsLeftArrow=this.element.querySelector(".navigate-left"),this.controlsDownArrow=this.element.querySelector(".navigate-down")}configure(e,t){let i=e.controls==="speaker"||e.controls==="speaker-only";this.element.style.display=e.controls&&(!i||this.Reveal.isSpeakerNotes())?"block":"none",this.element.setAttribute("data-controls-layout",e.controlsLayout),this.element.setAttribute("data-controls-back-arrows",e.controlsBackArrows)}bind(){let e=["touchstart","click"];vi&&(e=["touchend"]),e.forEach(t=>{this.controlsLeft.forEach(i=>i.addEventListener(t,this.onNavigateLeftClicked,!1)),this.controlsRight.forEach(i=>i.addEventListener(t,this.onNavigateRightClicked,!1)),this.controlsUp.forEach(i=>i.addEventListener(t,this.onNavigateUpClicked,!1)),this.controlsDown.forEach(i=>i.addEventListener(t,this.onNavigateDownClicked,!1)),this.controlsPrev.forEach(i=>i.addEventListener(t,this.onNavigatePrevClicked,!1)),this.controlsNext.forEach(i=>i.addEventListener(t,this.onNavigateNextClicked,!1)),this.controlsFullscreen.forEach(i=>i.addEventListener(t,this.onEnterFullscreen,!1))})}unbind(){["touchstart","touchend","click"].forEach(e=>{this.controlsLeft.forEach(t=>t.removeEventListener(e,this.onNavigateLeftClicked,!1)),this.controlsRight.forEach(t=>t.removeEventListener(e,this.onNavigateRightClicked,!1)),this.controlsUp.forEach(t=>t.removeEventListener(e,this.onNavigateUpClicked,!1)),this.controlsDown.forEach(t=>t.removeEventListener(e,this.onNavigateDownClicked,!1)),this.controlsPrev.forEach(t=>t.removeEventListener(e,this.onNavigatePrevClicked,!1)),this.controlsNext.forEach(t=>t.removeEventListener(e,this.onNavigateNextClicked,!1)),this.controlsFullscreen.forEach(t=>t.removeEventListener(e,this.onEnterFullscreen,!1))})}update(){let e=this.Reveal.availableRoutes();[...this.controlsLeft,...this.controlsRight,...this.controlsUp,...this.controlsDown,...this.controlsPrev,...this.controlsNext].forEach(i=>{i.classList.remove("enabled","fragmented"),i.setAttribute("disabled","disabled")}),e.left&&this.controlsLeft.forEach(i=>{i.classList.add("enabled"),i.removeAttribute("disabled")}),e.right&&this.controlsRight.forEach(i=>{i.classList.add("enabled"),i.removeAttribute("disabled")}),e.up&&this.controlsUp.forEach(i=>{i.classList.add("enabled"),i.removeAttribute("disabled")}),e.down&&this.controlsDown.forEach(i=>{i.classList.add("enabled"),i.removeAttribute("disabled")}),(e.left||e.up)&&this.controlsPrev.forEach(i=>{i.classList.add("enabled"),i.removeAttribute("disabled")}),(e.right||e.down)&&this.controlsNext.forEach(i=>{i.classList.add("enabled"),i.removeAttribute("disabled")});let t=this.Reveal.getCurrentSlide();if(t){let i=this.Reveal.fragments.availableRoutes();i.prev&&this.controlsPrev.forEach(r=>{r.classList.add("fragmented","enabled"),r.removeAttribute("disabled")}),i.next&&this.controlsNext.forEach(r=>{r.classList.add("fragmented","enabled"),r.removeAttribute("disabled")});let n=this.Reveal.isVerticalSlide(t),a=n&&t.parentElement&&t.parentElement.querySelectorAll(":scope > section").length>1;n&&a?(i.prev&&this.controlsUp.forEach(r=>{r.classList.add("fragmented","enabled"),r.removeAttribute("disabled")}),i.next&&this.controlsDown.forEach(r=>{r.classList.add("fragmented","enabled"),r.removeAttribute("disabled")})):(i.prev&&this.controlsLeft.forEach(r=>{r.classList.add("fragmented","enabled"),r.removeAttribute("disabled")}),i.next&&this.controlsRight.forEach(r=>{r.classList.add("fragmented","enabled"),r.removeAttribute("disabled")}))}if(this.Reveal.getConfig().controlsTutorial){let i=this.Reveal.getIndices();!this.Reveal.hasNavigatedVertically()&&e.down?this.controlsDownArrow.classList.add("highlight"):(this.controlsDownArrow.classList.remove("highlight"),this.Reveal.getConfig().rtl?!this.Reveal.hasNavigatedHorizontally()&&e.left&&i.v===0?this.controlsLeftArrow.classList.add("highlight"):this.controlsLeftArrow.classList.remove("highlight"):!this.Reveal.hasNavigatedHorizontally()&&e.right&&i.v===0?this.controlsRightArrow.classList.add("highlight"):this.controlsRightArrow.classList.remove("highlight"))}}destroy(){this.unbind(),this.element.remove()}onNavigateLeftClicked(e){e.preventDefault(),this.Reveal.onUserInput(),this.Reveal.getConfig().navigationMode==="linear"?this.Reveal.prev():this.Reveal.left()}onNavigateRightClicked(e){e.preventDefault(),this.Reveal.onUserInput(),this.Reveal.getConfig().navigationMode==="linear"?this.Reveal.next():this.Reveal.right()}onNavigateUpClicked(e){e.preventDefault(),this.Reveal.onUserInput(),this.Reveal.up()}onNavigateDownClicked(e){e.preventDefault(),this.Reveal.onUserInput(),this.Reveal.down()}onNavigatePrevClicked(e){e.preventDefault(),this.Reveal.onUserInput(),this.Reveal.prev()}onNavigateNextClicked(e){e.preventDefault(),this.Reveal.onUserInput(),this.Reveal.next()}onEnterFullscreen(e){let t=this.Reveal.getConfig(),i=this.Reveal.getViewportElement();gi(t.embedded?i:i.parentElement)}},Nn=class{constructor(e){this.Reveal=e,this.onProgressClicked=this.onProgressClicked.bind(this)}render(){this.element=document.createElement("div"),this.element.className="progress",this.Reveal.getRevealElement().appendChild(this.element),this.bar=document.createElement("span"),this.element.appendChild(this.bar)}configure(e,t){this.element.style.display=e.progress?"block":"none"}bind(){this.Reveal.getConfig().progress&&this.element&&this.element.addEventListener("click",this.onProgressClicked,!1)}unbind(){this.Reveal.getConfig().progress&&this.element&&this.element.removeEventListener("click",this.onProgressClicked,!1)}update(){if(this.Reveal.getConfig().progress&&this.bar){let e=this.Reveal.getProgress();this.Reveal.getTotalSlides()<2&&(e=0),this.bar.style.transform="scaleX("+e+")"}}getMaxWidth(){return this.Reveal.getRevealElement().offsetWidth}onProgressClicked(e){this.Reveal.onUserInput(e),e.preventDefault();let t=this.Reveal.getSlides(),i=t.length,n=Math.floor(e.clientX/this.getMaxWidth()*i);this.Reveal.getConfig().rtl&&(n=i-n);let a=this.Reveal.getIndices(t[n]);this.Reveal.slide(a.h,a.v)}destroy(){this.element.remove()}},Dn=class{constructor(e){this.Reveal=e,this.lastMouseWheelStep=0,this.cursorHidden=!1,this.cursorInactiveTimeout=0,this.onDocumentCursorActive=this.onDocumentCursorActive.bind(this),this.onDocumentMouseScroll=this.onDocumentMouseScroll.bind(this)}configure(e,t){e.mouseWheel?document.addEventListener("wheel",this.onDocumentMouseScroll,!1):document.removeEventListener("wheel",this.onDocumentMouseScroll,!1),e.hideInactiveCursor?(document.addEventListener("mousemove",this.onDocumentCursorActive,!1),document.addEventListener("mousedown",this.onDocumentCursorActive,!1)):(this.showCursor(),document.removeEventListener("mousemove",this.onDocumentCursorActive,!1),document.removeEventListener("mousedown",this.onDocumentCursorActive,!1))}showCursor(){this.cursorHidden&&(this.cursorHidden=!1,this.Reveal.getRevealElement().style.cursor="")}hideCursor(){this.cursorHidden===!1&&(this.cursorHidden=!0,this.Reveal.getRevealElement().style.cursor="none")}destroy(){this.showCursor(),document.removeEventListener("wheel",this.onDocumentMouseScroll,!1),document.removeEventListener("mousemove",this.onDocumentCursorActive,!1),document.removeEventListener("mousedown",this.onDocumentCursorActive,!1)}onDocumentCursorActive(e){this.showCursor(),clearTimeout(this.cursorInactiveTimeout),this.cursorInactiveTimeout=setTimeout(this.hideCursor.bind(this),this.Reveal.getConfig().hideCursorTime)}onDocumentMouseScroll(e){if(Date.now()-this.lastMouseWheelStep>1e3){this.lastMouseWheelStep=Date.now();let t=e.detail||-e.wheelDelta;t>0?this.Reveal.next():t<0&&this.Reveal.prev()}}},ci=(e,t)=>{let i=document.createElement("script");i.type="text/javascript",i.async=!1,i.defer=!1,i.src=e,typeof t=="function"&&(i.onload=a=>{a.type==="load"&&(i.onload=i.onerror=null,t())},i.onerror=a=>{i.onload=i.onerror=null,t(Error("Failed loading script: "+i.src+`
`+a))});let n=document.querySelector("head");n&&n.insertBefore(i,n.lastChild)},Hn=class{constructor(e){this.Reveal=e,this.state="idle",this.registeredPlugins={},this.asyncDependencies=[]}load(e,t){return this.state="loading",e.forEach(this.registerPlugin.bind(this)),new Promise(i=>{let n=[],a=0;if(t.forEach(r=>{(!r.condition||r.condition())&&(r.async?this.asyncDependencies.push(r):n.push(r))}),n.length){a=n.length;let r=s=>{s&&typeof s.callback=="function"&&s.callback(),--a===0&&this.initPlugins().then(i)};n.forEach(s=>{typeof s.id=="string"?(this.registerPlugin(s),r(s)):typeof s.src=="string"?ci(s.src,()=>r(s)):(console.warn("Unrecognized plugin format",s),r())})}else this.initPlugins().then(i)})}initPlugins(){return new Promise(e=>{let t=Object.values(this.registeredPlugins),i=t.length;if(i===0)this.loadAsync().then(e);else{let n,a=()=>{--i===0?this.loadAsync().then(e):n()},r=0;n=()=>{let s=t[r++];if(typeof s.init=="function"){let l=s.init(this.Reveal);l&&typeof l.then=="function"?l.then(a):a()}else a()},n()}})}loadAsync(){return this.state="loaded",this.asyncDependencies.length&&this.asyncDependencies.forEach(e=>{ci(e.src,e.callback)}),Promise.resolve()}registerPlugin(e){arguments.length===2&&typeof arguments[0]=="string"?(e=arguments[1],e.id=arguments[0]):typeof e=="function"&&(e=e());let t=e.id;typeof t=="string"?this.registeredPlugins[t]===void 0?(this.registeredPlugins[t]=e,this.state==="loaded"&&typeof e.init=="function"&&e.init(this.Reveal)):console.warn('reveal.js: "'+t+'" plugin has already been registered'):console.warn("Unrecognized plugin format; can't find plugin.id",e)}hasPlugin(e){return!!this.registeredPlugins[e]}getPlugin(e){return this.registeredPlugins[e]}getRegisteredPlugins(){return this.registeredPlugins}destroy(){Object.values(this.registeredPlugins).forEach(e=>{typeof e.destroy=="function"&&e.destroy()}),this.registeredPlugins={},this.asyncDependencies=[]}},qn=class{constructor(e){this.Reveal=e,this.onSlidesClicked=this.onSlidesClicked.bind(this),this.iframeTriggerSelector=null,this.mediaTriggerSelector="[data-preview-image], [data-preview-video]",this.stateProps=["previewIframe","previewImage","previewVideo","previewFit"],this.state={}}update(){this.iframeTriggerSelector=this.Reveal.getConfig().previewLinks?"a[href]:not([data-preview-link=false]), [data-preview-link]:not(a):not([data-preview-link=false])":"[data-preview-link]:not([data-preview-link=false])";let e=this.Reveal.getSlidesElement().querySelectorAll(this.iframeTriggerSelector).length>0,t=this.Reveal.getSlidesElement().querySelectorAll(this.mediaTriggerSelector).length>0;e||t?this.Reveal.getSlidesElement().addEventListener("click",this.onSlidesClicked,!1):this.Reveal.getSlidesElement().removeEventListener("click",this.onSlidesClicked,!1)}createOverlay(e){this.dom=document.createElement("div"),this.dom.classList.add("r-overlay"),this.dom.classList.add(e),this.viewport=document.createElement("div"),this.viewport.classList.add("r-overlay-viewport"),this.dom.appendChild(this.viewport),this.Reveal.getRevealElement().appendChild(this.dom)}previewIframe(e){if(typeof e!="string")return;let t;try{t=new URL(e,document.baseURI)}catch{return}if(t.protocol==="file:"&&window.location.protocol!=="file:"||!["http:","https:","file:"].includes(t.protocol)&&t.href!=="about:blank")return;this.close(),this.state={previewIframe:e},this.createOverlay("r-overlay-preview"),this.dom.dataset.state="loading",this.viewport.innerHTML=`<header class="r-overlay-header">
				<a class="r-overlay-header-button r-overlay-external" target="_blank" rel="noopener"><span class="icon"></span></a>
				<button class="r-overlay-header-button r-overlay-close"><span class="icon"></span></button>
			</header>
			<div class="r-overlay-spinner"></div>
			<div class="r-overlay-content">
				<iframe></iframe>
				<small class="r-overlay-content-inner">
					<span class="r-overlay-error x-frame-error">Unable to load iframe. This is likely due to the site's policy (x-frame-options).</span>
				</small>
			</div>`;let i=this.dom.querySelector("iframe");i.addEventListener("load",n=>{this.dom.dataset.state="loaded"},!1),i.src=t.href,this.dom.querySelector(".r-overlay-external").href=t.href,this.dom.querySelector(".r-overlay-close").addEventListener("click",n=>{this.close(),n.preventDefault()},!1),this.dom.querySelector(".r-overlay-external").addEventListener("click",n=>{this.close()},!1),this.Reveal.dispatchEvent({type:"previewiframe",data:{url:e}})}previewMedia(e,t,i){if(t!=="image"&&t!=="video"){console.warn("Please specify a valid media type to preview (image|video)");return}this.close(),i=i||"scale-down",this.createOverlay("r-overlay-preview"),this.dom.dataset.state="loading",this.dom.dataset.previewFit=i,this.viewport.innerHTML=`<header class="r-overlay-header">
				<button class="r-overlay-header-button r-overlay-close">Esc <span class="icon"></span></button>
			</header>
			<div class="r-overlay-spinner"></div>
			<div class="r-overlay-content"></div>`;let n=this.dom.querySelector(".r-overlay-content");if(t==="image"){this.state={previewImage:e,previewFit:i};let a=document.createElement("img",{});a.src=e,n.appendChild(a),a.addEventListener("load",()=>{this.dom.dataset.state="loaded"},!1),a.addEventListener("error",()=>{this.dom.dataset.state="error",n.innerHTML='<span class="r-overlay-error">Unable to load image.</span>'},!1),this.dom.style.cursor="zoom-out",this.dom.addEventListener("click",r=>{this.close()},!1),this.Reveal.dispatchEvent({type:"previewimage",data:{url:e}})}else if(t==="video"){this.state={previewVideo:e,previewFit:i};let a=document.createElement("video");a.autoplay=this.dom.dataset.previewAutoplay!=="false",a.controls=this.dom.dataset.previewControls!=="false",a.loop=this.dom.dataset.previewLoop==="true",a.muted=this.dom.dataset.previewMuted==="true",a.playsInline=!0,a.src=e,n.appendChild(a),a.addEventListener("loadeddata",()=>{this.dom.dataset.state="loaded"},!1),a.addEventListener("error",()=>{this.dom.dataset.state="error",n.innerHTML='<span class="r-overlay-error">Unable to load video.</span>'},!1),this.Reveal.dispatchEvent({type:"previewvideo",data:{url:e}})}else throw Error("Please specify a valid media type to preview");this.dom.querySelector(".r-overlay-close").addEventListener("click",a=>{this.close(),a.preventDefault()},!1)}previewImage(e,t){this.previewMedia(e,"image",t)}previewVideo(e,t){this.previewMedia(e,"video",t)}toggleHelp(e){typeof e=="boolean"?e?this.showHelp():this.close():this.dom?this.close():this.showHelp()}showHelp(){if(this.Reveal.getConfig().help){this.close(),this.createOverlay("r-overlay-help");let e='<p class="title">Keyboard Shortcuts</p>',t=this.Reveal.keyboard.getShortcuts(),i=this.Reveal.keyboard.getBindings();e+="<table><th>KEY</th><th>ACTION</th>";for(let n in t)e+=`<tr><td>${n}</td><td>${t[n]}</td></tr>`;for(let n in i)i[n].key&&i[n].description&&(e+=`<tr><td>${i[n].key}</td><td>${i[n].description}</td></tr>`);e+="</table>",this.viewport.innerHTML=`
				<header class="r-overlay-header">
					<button class="r-overlay-header-button r-overlay-close">Esc <span class="icon"></span></button>
				</header>
				<div class="r-overlay-content">
					<div class="r-overlay-help-content">${e}</div>
				</div>
			`,this.dom.querySelector(".r-overlay-close").addEventListener("click",n=>{this.close(),n.preventDefault()},!1),this.Reveal.dispatchEvent({type:"showhelp"})}}isOpen(){return!!this.dom}close(){return this.dom?(this.dom.remove(),this.dom=null,this.state={},this.Reveal.dispatchEvent({type:"closeoverlay"}),!0):!1}getState(){return this.state}setState(e){this.stateProps.every(t=>this.state[t]===e[t])||(e.previewIframe?this.previewIframe(e.previewIframe):e.previewImage?this.previewImage(e.previewImage,e.previewFit):e.previewVideo?this.previewVideo(e.previewVideo,e.previewFit):this.close())}onSlidesClicked(e){let t=e.target,i=t.closest(this.iframeTriggerSelector),n=t.closest(this.mediaTriggerSelector);if(i){if(e.metaKey||e.shiftKey||e.altKey)return;let a=i.getAttribute("data-preview-link"),r=typeof a=="string"&&a.startsWith("http")?a:i.getAttribute("href");r&&(this.previewIframe(r),e.preventDefault())}else if(n){if(n.hasAttribute("data-preview-image")){let a=n.dataset.previewImage||n.getAttribute("src");a&&(this.previewImage(a,n.dataset.previewFit),e.preventDefault())}else if(n.hasAttribute("data-preview-video")){let a=n.dataset.previewVideo||n.getAttribute("src");if(!a){let r=n.querySelector("source");r&&(a=r.getAttribute("src"))}a&&(this.previewVideo(a,n.dataset.previewFit),e.preventDefault())}}}destroy(){this.close()}},hi=40,On=1.03,Fn=class{constructor(e){this.Reveal=e,this.touchStartX=0,this.touchStartY=0,this.touchStartCount=0,this.touchCaptured=!1,this.activePointers=new Map,this.onPointerDown=this.onPointerDown.bind(this),this.onPointerMove=this.onPointerMove.bind(this),this.onPointerUp=this.onPointerUp.bind(this),this.onPointerCancel=this.onPointerCancel.bind(this),this.onTouchStart=this.onTouchStart.bind(this),this.onTouchMove=this.onTouchMove.bind(this),this.onTouchEnd=this.onTouchEnd.bind(this)}bind(){let e=this.Reveal.getRevealElement();"onpointerdown"in window?(e.addEventListener("pointerdown",this.onPointerDown,!1),e.addEventListener("pointermove",this.onPointerMove,!1),e.addEventListener("pointerup",this.onPointerUp,!1),e.addEventListener("pointercancel",this.onPointerCancel,!1)):(e.addEventListener("touchstart",this.onTouchStart,!1),e.addEventListener("touchmove",this.onTouchMove,!1),e.addEventListener("touchend",this.onTouchEnd,!1))}unbind(){let e=this.Reveal.getRevealElement();e.removeEventListener("pointerdown",this.onPointerDown,!1),e.removeEventListener("pointermove",this.onPointerMove,!1),e.removeEventListener("pointerup",this.onPointerUp,!1),e.removeEventListener("pointercancel",this.onPointerCancel,!1),e.removeEventListener("touchstart",this.onTouchStart,!1),e.removeEventListener("touchmove",this.onTouchMove,!1),e.removeEventListener("touchend",this.onTouchEnd,!1)}isSwipePrevented(e){if(We(e,"video[controls], audio[controls]"))return!0;for(;e&&typeof e.hasAttribute=="function";){if(e.hasAttribute("data-prevent-swipe"))return!0;e=e.parentNode}return!1}isViewportZoomed(){if(!window.visualViewport||typeof window.visualViewport.scale!="number")return!1;let e=window.visualViewport.scale;return this.visualViewportBaseScale=this.visualViewportBaseScale===void 0?e:Math.min(this.visualViewportBaseScale,e),e/this.visualViewportBaseScale>On}onTouchStart(e){if(this.touchCaptured=!1,this.isSwipePrevented(e.target))return!0;this.touchStartX=e.touches[0].clientX,this.touchStartY=e.touches[0].clientY,this.touchStartCount=e.touches.length}onTouchMove(e){if(this.isSwipePrevented(e.target))return!0;let t=this.Reveal.getConfig();if(this.touchCaptured)vi&&e.preventDefault();else{this.Reveal.onUserInput(e);let i=e.touches[0].clientX,n=e.touches[0].clientY;if(e.touches.length===1&&this.touchStartCount!==2){let a=this.Reveal.availableRoutes({includeFragments:!0}),r=i-this.touchStartX,s=n-this.touchStartY;r>hi&&Math.abs(r)>Math.abs(s)?(this.touchCaptured=!0,t.navigationMode==="linear"?t.rtl?this.Reveal.next():this.Reveal.prev():this.Reveal.left()):r<-40&&Math.abs(r)>Math.abs(s)?(this.touchCaptured=!0,t.navigationMode==="linear"?t.rtl?this.Reveal.prev():this.Reveal.next():this.Reveal.right()):s>hi&&a.up?(this.touchCaptured=!0,t.navigationMode==="linear"?this.Reveal.prev():this.Reveal.up()):s<-40&&a.down&&(this.touchCaptured=!0,t.navigationMode==="linear"?this.Reveal.next():this.Reveal.down()),t.embedded?(this.touchCaptured||this.Reveal.isVerticalSlide())&&e.preventDefault():e.preventDefault()}}}onTouchEnd(e){this.touchCaptured&&!this.Reveal.slideContent.isAllowedToPlayAudio()&&this.Reveal.startEmbeddedContent(this.Reveal.getCurrentSlide()),this.touchCaptured=!1}getActiveTouches(){return Array.from(this.activePointers.values(),e=>({clientX:e.clientX,clientY:e.clientY}))}onPointerDown(e){e.pointerType==="touch"&&(this.activePointers.set(e.pointerId,e),e.touches=this.getActiveTouches(),this.onTouchStart(e))}onPointerMove(e){e.pointerType==="touch"&&(this.activePointers.set(e.pointerId,e),e.touches=this.getActiveTouches(),this.onTouchMove(e))}onPointerUp(e){e.pointerType==="touch"&&(this.activePointers.delete(e.pointerId),e.touches=this.getActiveTouches(),this.onTouchEnd(e))}onPointerCancel(e){e.pointerType==="touch"&&(this.activePointers.delete(e.pointerId),e.touches=this.getActiveTouches(),this.onTouchEnd(e))}},ht="focus",ui="blur",jn=class{constructor(e){this.Reveal=e,this.onRevealPointerDown=this.onRevealPointerDown.bind(this),this.onDocumentPointerDown=this.onDocumentPointerDown.bind(this)}configure(e,t){e.embedded?this.blur():(this.focus(),this.unbind())}bind(){this.Reveal.getConfig().embedded&&this.Reveal.getRevealElement().addEventListener("pointerdown",this.onRevealPointerDown,!1)}unbind(){this.Reveal.getRevealElement().removeEventListener("pointerdown",this.onRevealPointerDown,!1),document.removeEventListener("pointerdown",this.onDocumentPointerDown,!1)}focus(){this.state!==ht&&(this.Reveal.getRevealElement().classList.add("focused"),document.addEventListener("pointerdown",this.onDocumentPointerDown,!1)),this.state=ht}blur(){this.state!==ui&&(this.Reveal.getRevealElement().classList.remove("focused"),document.removeEventListener("pointerdown",this.onDocumentPointerDown,!1)),this.state=ui}isFocused(){return this.state===ht}destroy(){this.Reveal.getRevealElement().classList.remove("focused")}onRevealPointerDown(e){this.focus()}onDocumentPointerDown(e){let t=W(e.target,".reveal");(!t||t!==this.Reveal.getRevealElement())&&this.blur()}},Vn=class{constructor(e){this.Reveal=e}render(){this.element=document.createElement("div"),this.element.className="speaker-notes",this.element.setAttribute("data-prevent-swipe",""),this.element.setAttribute("tabindex","0"),this.Reveal.getRevealElement().appendChild(this.element)}configure(e,t){e.showNotes&&this.element.setAttribute("data-layout",typeof e.showNotes=="string"?e.showNotes:"inline")}update(){this.Reveal.getConfig().showNotes&&this.element&&this.Reveal.getCurrentSlide()&&!this.Reveal.isScrollView()&&!this.Reveal.isPrintView()&&(this.element.innerHTML=this.getSlideNotes()||'<span class="notes-placeholder">No notes on this slide.</span>')}updateVisibility(){this.Reveal.getConfig().showNotes&&this.hasNotes()&&!this.Reveal.isScrollView()&&!this.Reveal.isPrintView()?this.Reveal.getRevealElement().classList.add("show-notes"):this.Reveal.getRevealElement().classList.remove("show-notes")}hasNotes(){return this.Reveal.getSlidesElement().querySelectorAll("[data-notes], aside.notes").length>0}isSpeakerNotesWindow(){return!!window.location.search.match(/receiver/gi)}getSlideNotes(e=this.Reveal.getCurrentSlide()){if(e.hasAttribute("data-notes"))return e.getAttribute("data-notes");let t=e.querySelectorAll("aside.notes");return t?Array.from(t).map(i=>i.innerHTML).join(`
`):null}destroy(){this.element.remove()}},Un=class{constructor(e,t){this.diameter=100,this.diameter2=this.diameter/2,this.thickness=6,this.playing=!1,this.progress=0,this.progressOffset=1,this.container=e,this.progressCheck=t,this.canvas=document.createElement("canvas"),this.canvas.className="playback",this.canvas.width=this.diameter,this.canvas.height=this.diameter,this.canvas.style.width=this.diameter2+"px",this.canvas.style.height=this.diameter2+"px",this.context=this.canvas.getContext("2d"),this.container.appendChild(this.canvas),this.render()}setPlaying(e){let t=this.playing;this.playing=e,!t&&this.playing?this.animate():this.render()}animate(){let e=this.progress;this.progress=this.progressCheck(),e>.8&&this.progress<.2&&(this.progressOffset=this.progress),this.render(),this.playing&&requestAnimationFrame(this.animate.bind(this))}render(){let e=this.playing?this.progress:0,t=this.diameter2-this.thickness,i=this.diameter2,n=this.diameter2;this.progressOffset+=(1-this.progressOffset)*.1;let a=-Math.PI/2+Math.PI*2*e,r=-Math.PI/2+this.progressOffset*(Math.PI*2);this.context.save(),this.context.clearRect(0,0,this.diameter,this.diameter),this.context.beginPath(),this.context.arc(i,n,t+4,0,Math.PI*2,!1),this.context.fillStyle="rgba( 0, 0, 0, 0.4 )",this.context.fill(),this.context.beginPath(),this.context.arc(i,n,t,0,Math.PI*2,!1),this.context.lineWidth=this.thickness,this.context.strokeStyle="rgba( 255, 255, 255, 0.2 )",this.context.stroke(),this.playing&&(this.context.beginPath(),this.context.arc(i,n,t,r,a,!1),this.context.lineWidth=this.thickness,this.context.strokeStyle="#fff",this.context.stroke()),this.context.translate(i-14,n-14),this.playing?(this.context.fillStyle="#fff",this.context.fillRect(0,0,10,28),this.context.fillRect(18,0,10,28)):(this.context.beginPath(),this.context.translate(4,0),this.context.moveTo(0,0),this.context.lineTo(24,14),this.context.lineTo(0,28),this.context.fillStyle="#fff",this.context.fill()),this.context.restore()}on(e,t){this.canvas.addEventListener(e,t,!1)}off(e,t){this.canvas.removeEventListener(e,t,!1)}destroy(){this.playing=!1,this.canvas.parentNode&&this.container.removeChild(this.canvas)}},Wn={width:960,height:700,margin:.04,minScale:.2,maxScale:2,controls:!0,controlsTutorial:!0,controlsLayout:"bottom-right",controlsBackArrows:"faded",progress:!0,slideNumber:!1,showSlideNumber:"all",hashOneBasedIndex:!1,hash:!1,respondToHashChanges:!0,jumpToSlide:!0,history:!1,keyboard:!0,keyboardCondition:null,disableLayout:!1,overview:!0,center:!0,touch:!0,loop:!1,rtl:!1,navigationMode:"default",shuffle:!1,fragments:!0,fragmentInURL:!0,embedded:!1,help:!0,pause:!0,showNotes:!1,showHiddenSlides:!1,autoPlayMedia:null,preloadIframes:null,mouseWheel:!1,previewLinks:!1,viewDistance:3,mobileViewDistance:2,display:"block",hideInactiveCursor:!0,hideCursorTime:5e3,sortFragmentsOnSync:!0,autoAnimate:!0,autoAnimateMatcher:null,autoAnimateEasing:"ease",autoAnimateDuration:1,autoAnimateUnmatched:!0,autoAnimateStyles:["opacity","color","background-color","padding","font-size","line-height","letter-spacing","border-width","border-color","border-radius","outline","outline-offset"],autoSlide:0,autoSlideStoppable:!0,autoSlideMethod:null,defaultTiming:null,postMessage:!0,postMessageEvents:!1,focusBodyOnPageVisibilityChange:!0,transition:"slide",transitionSpeed:"default",backgroundTransition:"fade",parallaxBackgroundImage:"",parallaxBackgroundSize:"",parallaxBackgroundRepeat:"",parallaxBackgroundPosition:"",parallaxBackgroundHorizontal:null,parallaxBackgroundVertical:null,view:null,scrollLayout:"full",scrollSnap:"mandatory",scrollProgress:"auto",scrollActivationWidth:435,pdfMaxPagesPerSlide:1/0,pdfSeparateFragments:!0,pdfPageHeightOffset:-1,dependencies:[],plugins:[]},mi="6.0.2";function fi(e,t){arguments.length<2&&(t=arguments[0],e=document.querySelector(".reveal"));let i={},n={},a=!1,r=!1,s,l,o,d,p={hasNavigatedHorizontally:!1,hasNavigatedVertically:!1},g=[],v=1,k={layout:"",overview:""},h={},x="idle",T=0,D,J=0,re=-1,V=!1,A=new vn(i),z=new bn(i),$=new yn(i),B=new xn(i),O=new wn(i),E=new Cn(i),U=new Tn(i),R=new Pn(i),m=new In(i),S=new Mn(i),M=new zn(i),ie=new Bn(i),Z=new Nn(i),de=new Dn(i),F=new Hn(i),H=new qn(i),ge=new jn(i),_e=new Fn(i),_=new Vn(i);function Ni(c){if(!e)throw'Unable to find presentation root (<div class="reveal">).';if(a)throw"Reveal.js has already been initialized.";if(a=!0,h.wrapper=e,h.slides=e.querySelector(".slides"),!h.slides)throw'Unable to find slides container (<div class="slides">).';return n=G(G(G(G(G({},Wn),n),t),c),si()),/print-pdf/gi.test(window.location.search)&&(n.view="print"),Di(),window.addEventListener("load",ye,!1),F.load(n.plugins,n.dependencies).then(Hi),new Promise(u=>i.on("ready",u))}function Di(){n.embedded===!0?h.viewport=W(e,".reveal-viewport")||e:(h.viewport=document.body,document.documentElement.classList.add("reveal-full-page")),h.viewport.classList.add("reveal-viewport")}function Hi(){a!==!1&&(r=!0,Ct(),Oi(),Ui(),ji(),Vi(),_i(),Tt(),O.update(!0),qi(),M.readURL(),setTimeout(()=>{h.slides.classList.remove("no-transition"),h.wrapper.classList.add("ready"),Q({type:"ready",data:{indexh:s,indexv:l,currentSlide:d}})},1))}function qi(){let c=n.view==="print",u=n.view==="scroll"||n.view==="reader";(c||u)&&(c?ze():_e.unbind(),h.viewport.classList.add("loading-scroll-mode"),c?document.readyState==="complete"?U.activate():window.addEventListener("load",()=>U.activate()):E.activate())}function Ct(){n.showHiddenSlides||w(h.wrapper,'section[data-visibility="hidden"]').forEach(c=>{let u=c.parentNode;u.childElementCount===1&&/section/i.test(u.nodeName)?u.remove():c.remove()})}function Oi(){h.slides.classList.add("no-transition"),ve?h.wrapper.classList.add("no-hover"):h.wrapper.classList.remove("no-hover"),O.render(),z.render(),$.render(),ie.render(),Z.render(),_.render(),h.pauseOverlay=on(h.wrapper,"div","pause-overlay",n.controls?'<button class="resume-button">Resume presentation</button>':null),h.statusElement=Fi(),h.wrapper.setAttribute("role","application")}function Fi(){let c=h.wrapper.querySelector(".aria-status");return c||(c=document.createElement("div"),c.style.position="absolute",c.style.height="1px",c.style.width="1px",c.style.overflow="hidden",c.style.clip="rect( 1px, 1px, 1px, 1px )",c.classList.add("aria-status"),c.setAttribute("aria-live","polite"),c.setAttribute("aria-atomic","true"),h.wrapper.appendChild(c)),c}function Ge(c){h.statusElement.textContent=c}function Me(c){let u="";if(c.nodeType===3)u+=c.textContent.trim();else if(c.nodeType===1){let f=c.getAttribute("aria-hidden"),b=window.getComputedStyle(c).display==="none";if(f!=="true"&&!b){if(c.tagName==="IMG"||c.tagName==="VIDEO"){let y=c.getAttribute("alt");y&&(u+=Lt(y))}Array.from(c.childNodes).forEach(y=>{u+=Me(y)}),["P","DIV","UL","OL","LI","H1","H2","H3","H4","H5","H6","BLOCKQUOTE"].includes(c.tagName)&&u.trim()!==""&&(u=Lt(u))}}return u=u.trim(),u===""?"":u+" "}function Lt(c){let u=c.trim();return u===""?c:/[.!?]$/.test(u)?u:u+"."}function ji(){setInterval(()=>{(!E.isActive()&&h.wrapper.scrollTop!==0||h.wrapper.scrollLeft!==0)&&(h.wrapper.scrollTop=0,h.wrapper.scrollLeft=0)},1e3)}function Vi(){document.addEventListener("fullscreenchange",je),document.addEventListener("webkitfullscreenchange",je)}function Ui(){n.postMessage&&window.addEventListener("message",ei,!1)}function Tt(c){let u=G({},n);if(typeof c=="object"&&xe(n,c),i.isReady()===!1)return;let f=h.wrapper.querySelectorAll(pe).length;h.wrapper.classList.remove(u.transition),h.wrapper.classList.add(n.transition),h.wrapper.setAttribute("data-transition-speed",n.transitionSpeed),h.wrapper.setAttribute("data-background-transition",n.backgroundTransition),h.viewport.style.setProperty("--slide-width",typeof n.width=="string"?n.width:n.width+"px"),h.viewport.style.setProperty("--slide-height",typeof n.height=="string"?n.height:n.height+"px"),n.shuffle&&nt(),dt(h.wrapper,"embedded",n.embedded),dt(h.wrapper,"rtl",n.rtl),dt(h.wrapper,"center",n.center),n.pause===!1&&Ee(),B.reset(),D&&(D.destroy(),D=null),f>1&&n.autoSlide&&n.autoSlideStoppable&&(D=new Un(h.wrapper,()=>Math.min(Math.max((Date.now()-re)/T,0),1)),D.on("click",sn),V=!1),n.navigationMode==="default"?h.wrapper.removeAttribute("data-navigation-mode"):h.wrapper.setAttribute("data-navigation-mode",n.navigationMode),_.configure(n,u),ge.configure(n,u),de.configure(n,u),ie.configure(n,u),Z.configure(n,u),S.configure(n,u),R.configure(n,u),z.configure(n,u),Vt()}function Pt(){window.addEventListener("resize",ni,!1),n.touch&&_e.bind(),n.keyboard&&S.bind(),n.progress&&Z.bind(),n.respondToHashChanges&&M.bind(),ie.bind(),ge.bind(),h.slides.addEventListener("click",ii,!1),h.slides.addEventListener("transitionend",ti,!1),h.pauseOverlay.addEventListener("click",Ee,!1),n.focusBodyOnPageVisibilityChange&&document.addEventListener("visibilitychange",ai,!1)}function ze(){_e.unbind(),ge.unbind(),S.unbind(),ie.unbind(),Z.unbind(),M.unbind(),window.removeEventListener("resize",ni,!1),h.slides.removeEventListener("click",ii,!1),h.slides.removeEventListener("transitionend",ti,!1),h.pauseOverlay.removeEventListener("click",Ee,!1)}function Wi(){a=!1,r!==!1&&(ze(),De(),_.destroy(),ge.destroy(),H.destroy(),F.destroy(),de.destroy(),ie.destroy(),Z.destroy(),O.destroy(),z.destroy(),$.destroy(),document.removeEventListener("fullscreenchange",je),document.removeEventListener("webkitfullscreenchange",je),document.removeEventListener("visibilitychange",ai,!1),window.removeEventListener("message",ei,!1),window.removeEventListener("load",ye,!1),h.pauseOverlay&&h.pauseOverlay.remove(),h.statusElement&&h.statusElement.remove(),document.documentElement.classList.remove("reveal-full-page"),h.wrapper.classList.remove("ready","center","has-horizontal-slides","has-vertical-slides"),h.wrapper.removeAttribute("data-transition-speed"),h.wrapper.removeAttribute("data-background-transition"),h.viewport.classList.remove("reveal-viewport"),h.viewport.style.removeProperty("--slide-width"),h.viewport.style.removeProperty("--slide-height"),h.slides.style.removeProperty("width"),h.slides.style.removeProperty("height"),h.slides.style.removeProperty("zoom"),h.slides.style.removeProperty("left"),h.slides.style.removeProperty("top"),h.slides.style.removeProperty("bottom"),h.slides.style.removeProperty("right"),h.slides.style.removeProperty("transform"),Array.from(h.wrapper.querySelectorAll(pe)).forEach(c=>{c.style.removeProperty("display"),c.style.removeProperty("top"),c.removeAttribute("hidden"),c.removeAttribute("aria-hidden"),c.removeAttribute("inert")}))}function It(c,u,f){e.addEventListener(c,u,f)}function Mt(c,u,f){e.removeEventListener(c,u,f)}function et(c){typeof c.layout=="string"&&(k.layout=c.layout),typeof c.overview=="string"&&(k.overview=c.overview),k.layout?ue(h.slides,k.layout+" "+k.overview):ue(h.slides,k.overview)}function Q({target:c=h.wrapper,type:u,data:f,bubbles:b=!0}){let y=document.createEvent("HTMLEvents",1,2);return y.initEvent(u,b,!0),xe(y,f),c.dispatchEvent(y),c===h.wrapper&&Bt(u),y}function zt(c){Q({type:"slidechanged",data:{indexh:s,indexv:l,previousSlide:o,currentSlide:d,origin:c}})}function Bt(c,u){if(n.postMessageEvents&&window.parent!==window.self){let f={namespace:"reveal",eventName:c,state:_t()};xe(f,u),window.parent.postMessage(JSON.stringify(f),"*")}}function ye(){if(h.wrapper&&!U.isActive()){let c=h.viewport.offsetWidth,u=h.viewport.offsetHeight;if(!n.disableLayout){ve&&!n.embedded&&document.documentElement.style.setProperty("--vh",window.innerHeight*.01+"px");let f=E.isActive()?Be(c,u):Be(),b=v;Nt(n.width,n.height),h.slides.style.width=f.width+"px",h.slides.style.height=f.height+"px",v=Math.min(f.presentationWidth/f.width,f.presentationHeight/f.height),v=Math.max(v,n.minScale),v=Math.min(v,n.maxScale),v=Math.round(v*100)/100,v===1||E.isActive()?(h.slides.style.zoom="",h.slides.style.left="",h.slides.style.top="",h.slides.style.bottom="",h.slides.style.right="",et({layout:""})):(h.slides.style.zoom="",h.slides.style.left="50%",h.slides.style.top="50%",h.slides.style.bottom="auto",h.slides.style.right="auto",et({layout:"translate(-50%, -50%) scale("+v+")"}));let y=Array.from(h.wrapper.querySelectorAll(pe)).filter(C=>C.style.display!=="none"),P=Array(y.length);for(let C=0,q=y.length;C<q;C++){let K=y[C];n.center||K.classList.contains("center")?K.classList.contains("stack")?P[C]=0:P[C]=Math.max((f.height-K.scrollHeight)/2,0)+"px":P[C]=""}for(let C=0,q=y.length;C<q;C++)y[C].style.top=P[C];b!==v&&Q({type:"resize",data:{oldScale:b,scale:v,size:f}})}$i(),h.viewport.style.setProperty("--slide-scale",v),h.viewport.style.setProperty("--viewport-width",c+"px"),h.viewport.style.setProperty("--viewport-height",u+"px"),E.layout(),Z.update(),O.updateParallax(),m.isActive()&&m.update()}}function Nt(c,u){w(h.slides,"section > .stretch, section > .r-stretch").forEach(f=>{let b=ln(f,u);if(/(img|video)/gi.test(f.nodeName)){let y=f.naturalWidth||f.videoWidth,P=f.naturalHeight||f.videoHeight,C=Math.min(c/y,b/P);f.style.width=y*C+"px",f.style.height=P*C+"px"}else f.style.width=c+"px",f.style.height=b+"px"})}function $i(){if(h.wrapper&&!n.disableLayout&&!U.isActive()&&typeof n.scrollActivationWidth=="number"&&n.view!=="scroll"){let c=Be();c.presentationWidth>0&&c.presentationWidth<=n.scrollActivationWidth?E.isActive()||(O.create(),E.activate()):E.isActive()&&E.deactivate()}}function Be(c,u){let f=n.width,b=n.height;n.disableLayout&&(f=h.slides.offsetWidth,b=h.slides.offsetHeight);let y={width:f,height:b,presentationWidth:c||h.wrapper.offsetWidth,presentationHeight:u||h.wrapper.offsetHeight};return y.presentationWidth-=y.presentationWidth*n.margin,y.presentationHeight-=y.presentationHeight*n.margin,typeof y.width=="string"&&/%$/.test(y.width)&&(y.width=parseInt(y.width,10)/100*y.presentationWidth),typeof y.height=="string"&&/%$/.test(y.height)&&(y.height=parseInt(y.height,10)/100*y.presentationHeight),y}function Dt(c,u){typeof c=="object"&&typeof c.setAttribute=="function"&&c.setAttribute("data-previous-indexv",u||0)}function Ht(c){if(typeof c=="object"&&typeof c.setAttribute=="function"&&c.classList.contains("stack")){let u=c.hasAttribute("data-start-indexv")?"data-start-indexv":"data-previous-indexv";return parseInt(c.getAttribute(u)||0,10)}return 0}function Se(c=d){return c&&c.parentNode&&!!c.parentNode.nodeName.match(/section/i)}function Ki(c=d){return c.classList.contains(".stack")||c.querySelector("section")!==null}function qt(){return d&&Se(d)?!d.nextElementSibling:!1}function Ot(){return s===0&&l===0}function tt(){return d?!(d.nextElementSibling||Se(d)&&d.parentNode.nextElementSibling):!1}function Ft(){if(n.pause){let c=h.wrapper.classList.contains("paused");De(),h.wrapper.classList.add("paused"),c===!1&&Q({type:"paused"})}}function Ee(){let c=h.wrapper.classList.contains("paused");h.wrapper.classList.remove("paused"),ke(),c&&Q({type:"resumed"})}function jt(c){typeof c=="boolean"?c?Ft():Ee():Re()?Ee():Ft()}function Re(){return h.wrapper.classList.contains("paused")}function Yi(c){typeof c=="boolean"?c?$.show():$.hide():$.isVisible()?$.hide():$.show()}function Ji(c){typeof c=="boolean"?c?qe():He():V?qe():He()}function Qi(){return!!(T&&!V)}function ne(c,u,f,b){if(Q({type:"beforeslidechange",data:{indexh:c===void 0?s:c,indexv:u===void 0?l:u,origin:b}}).defaultPrevented)return;o=d;let y=h.wrapper.querySelectorAll(oe);if(E.isActive()){let j=E.getSlideByIndices(c,u);j&&E.scrollToSlide(j);return}if(y.length===0)return;u===void 0&&!m.isActive()&&(u=Ht(y[c])),o&&o.parentNode&&o.parentNode.classList.contains("stack")&&Dt(o.parentNode,l);let P=g.concat();g.length=0;let C=s||0,q=l||0;s=Ne(oe,c===void 0?s:c),l=Ne(ct,u===void 0?l:u);let K=s!==C||l!==q;K||(o=null);let he=y[s],X=he.querySelectorAll("section");e.classList.toggle("is-vertical-slide",X.length>1),d=X[l]||he;let N=!1;K&&o&&d&&!m.isActive()&&(x="running",N=it(o,d,C,q),N&&h.slides.classList.add("disable-slide-transitions")),at(),ye(),m.isActive()&&m.update(),f!==void 0&&R.goto(f),o&&o!==d&&(o.classList.remove("present"),o.setAttribute("aria-hidden","true"),Ot()&&setTimeout(()=>{en().forEach(j=>{Dt(j,0)})},0));e:for(let j=0,Ve=g.length;j<Ve;j++){for(let Ue=0;Ue<P.length;Ue++)if(P[Ue]===g[j]){P.splice(Ue,1);continue e}h.viewport.classList.add(g[j]),Q({type:g[j]})}for(;P.length;)h.viewport.classList.remove(P.pop());K&&(A.afterSlideChanged(),zt(b)),(K||!o)&&(A.stopEmbeddedContent(o),A.startEmbeddedContent(d)),requestAnimationFrame(()=>{Ge(Me(d))}),Z.update(),ie.update(),_.update(),O.update(),O.updateParallax(),z.update(),R.update(),M.writeURL(),ke(),N&&(setTimeout(()=>{h.slides.classList.remove("disable-slide-transitions")},0),n.autoAnimate&&B.run(o,d))}function it(c,u,f,b){return c.hasAttribute("data-auto-animate")&&u.hasAttribute("data-auto-animate")&&c.getAttribute("data-auto-animate-id")===u.getAttribute("data-auto-animate-id")&&!(s>f||l>b?u:c).hasAttribute("data-auto-animate-restart")}function Zi(c,u,f){let b=s||0;s=u,l=f;let y=d!==c;o=d,d=c,d&&o&&n.autoAnimate&&it(o,d,b,l)&&B.run(o,d),y&&(A.afterSlideChanged(),o&&(A.stopEmbeddedContent(o),A.stopEmbeddedContent(o.slideBackgroundElement)),A.startEmbeddedContent(d),A.startEmbeddedContent(d.slideBackgroundElement)),requestAnimationFrame(()=>{Ge(Me(d))}),zt()}function Vt(){ze(),Pt(),ye(),T=n.autoSlide,ke(),O.create(),M.writeURL(),n.sortFragmentsOnSync===!0&&R.sortAll(),s!==void 0&&(s=Ne(oe,s),l=Ne(ct,l)),ie.update(),Z.update(),at(),_.update(),_.updateVisibility(),H.update(),O.update(!0),z.update(),A.formatEmbeddedContent(),n.autoPlayMedia===!1?A.stopEmbeddedContent(d,{unloadIframes:!1}):A.startEmbeddedContent(d),m.isActive()&&m.layout(),Q({type:"sync"})}function Xi(c=d){O.sync(c),R.sync(c),A.load(c),O.update(),_.update(),Q({type:"slidesync",data:{slide:c}})}function _i(){ce().forEach(c=>{w(c,"section").forEach((u,f)=>{f>0&&(u.classList.remove("present"),u.classList.remove("past"),u.classList.add("future"),u.setAttribute("aria-hidden","true"))})})}function nt(c=ce()){c.forEach((u,f)=>{let b=c[Math.floor(Math.random()*c.length)];b.parentNode===u.parentNode&&u.parentNode.insertBefore(u,b);let y=u.querySelectorAll("section");y.length&&nt(y)})}function Ne(c,u){let f=w(h.wrapper,c),b=f.length,y=E.isActive()||U.isActive(),P=!1,C=!1;if(b){n.loop&&(u>=b&&(P=!0),u%=b,u<0&&(u=b+u,C=!0)),u=Math.max(Math.min(u,b-1),0);for(let X=0;X<b;X++){let N=f[X],j=n.rtl&&!Se(N);if(N.classList.remove("past"),N.classList.remove("present"),N.classList.remove("future"),N.setAttribute("hidden",""),N.setAttribute("aria-hidden","true"),N.querySelector("section")&&N.classList.add("stack"),y){N.classList.add("present");continue}X<u?(N.classList.add(j?"future":"past"),n.fragments&&Ut(N)):X>u?(N.classList.add(j?"past":"future"),n.fragments&&Wt(N)):X===u&&n.fragments&&(P?Wt(N):C&&Ut(N))}let q=f[u],K=q.classList.contains("present");q.classList.add("present"),q.removeAttribute("hidden"),q.removeAttribute("aria-hidden"),K||Q({target:q,type:"visible",bubbles:!1});let he=q.getAttribute("data-state");he&&(g=g.concat(he.split(" ")))}else u=0;return u}function Ut(c){w(c,".fragment").forEach(u=>{u.classList.add("visible"),u.classList.remove("current-fragment")})}function Wt(c){w(c,".fragment.visible").forEach(u=>{u.classList.remove("visible","current-fragment")})}function at(){let c=ce(),u=c.length,f,b;if(u&&s!==void 0){let P=m.isActive(),C=P?10:n.viewDistance;ve&&(C=P?6:n.mobileViewDistance),U.isActive()&&(C=Number.MAX_VALUE);for(let q=0;q<u;q++){let K=c[q],he=w(K,"section"),X=he.length;if(f=Math.abs((s||0)-q)||0,n.loop&&(f=Math.abs(((s||0)-q)%(u-C))||0),f<C?A.load(K):A.unload(K),X){let N=P?0:Ht(K);for(let j=0;j<X;j++){let Ve=he[j];b=Math.abs(q===(s||0)?(l||0)-j:j-N),f+b<C?A.load(Ve):A.unload(Ve)}}}Qt()?h.wrapper.classList.add("has-vertical-slides"):h.wrapper.classList.remove("has-vertical-slides"),Jt()?h.wrapper.classList.add("has-horizontal-slides"):h.wrapper.classList.remove("has-horizontal-slides")}let y=m.isActive()||E.isActive()||U.isActive();w(h.wrapper,pe).forEach(P=>{P.toggleAttribute("inert",!y&&P!==d&&!P.contains(d))})}function se({includeFragments:c=!1}={}){let u=h.wrapper.querySelectorAll(oe),f=h.wrapper.querySelectorAll(ct),b={left:s>0,right:s<u.length-1,up:l>0,down:l<f.length-1};if(n.loop&&(u.length>1&&(b.left=!0,b.right=!0),f.length>1&&(b.up=!0,b.down=!0)),u.length>1&&n.navigationMode==="linear"&&(b.right=b.right||b.down,b.left=b.left||b.up),c===!0){let y=R.availableRoutes();b.left=b.left||y.prev,b.up=b.up||y.prev,b.down=b.down||y.next,b.right=b.right||y.next}if(n.rtl){let y=b.left;b.left=b.right,b.right=y}return b}function $t(c=d){let u=ce(),f=0;e:for(let b=0;b<u.length;b++){let y=u[b],P=y.querySelectorAll("section");for(let C=0;C<P.length;C++){if(P[C]===c)break e;P[C].dataset.visibility!=="uncounted"&&f++}if(y===c)break;y.classList.contains("stack")===!1&&y.dataset.visibility!=="uncounted"&&f++}return f}function Gi(){let c=Zt(),u=$t();if(d){let f=d.querySelectorAll(".fragment");if(f.length>0){let b=d.querySelectorAll(".fragment.visible");u+=b.length/f.length*.9}}return Math.min(u/(c-1),1)}function Kt(c){let u=s,f=l,b;if(c)if(E.isActive())u=parseInt(c.getAttribute("data-index-h"),10),c.getAttribute("data-index-v")&&(f=parseInt(c.getAttribute("data-index-v"),10));else{let y=Se(c),P=y?c.parentNode:c,C=ce();u=Math.max(C.indexOf(P),0),f=void 0,y&&(f=Math.max(w(c.parentNode,"section").indexOf(c),0))}if(!c&&d&&d.querySelectorAll(".fragment").length>0){let y=d.querySelector(".current-fragment");b=y&&y.hasAttribute("data-fragment-index")?parseInt(y.getAttribute("data-fragment-index"),10):d.querySelectorAll(".fragment.visible").length-1}return{h:u,v:f,f:b}}function rt(){return w(h.wrapper,pe+':not(.stack):not([data-visibility="uncounted"])')}function ce(){return w(h.wrapper,oe)}function Yt(){return w(h.wrapper,".slides>section>section")}function en(){return w(h.wrapper,oe+".stack")}function Jt(){return ce().length>1}function Qt(){return Yt().length>1}function tn(){return rt().map(c=>{let u={};for(let f=0;f<c.attributes.length;f++){let b=c.attributes[f];u[b.name]=b.value}return u})}function Zt(){return rt().length}function Xt(c,u){let f=ce()[c],b=f&&f.querySelectorAll("section");return b&&b.length&&typeof u=="number"?b?b[u]:void 0:f}function nn(c,u){let f=typeof c=="number"?Xt(c,u):c;if(f)return f.slideBackgroundElement}function _t(){let c=Kt();return G({indexh:c.h,indexv:c.v,indexf:c.f,paused:Re(),overview:m.isActive()},H.getState())}function an(c){if(typeof c=="object"){ne(we(c.indexh),we(c.indexv),we(c.indexf));let u=we(c.paused),f=we(c.overview);typeof u=="boolean"&&u!==Re()&&jt(u),typeof f=="boolean"&&f!==m.isActive()&&m.toggle(f),H.setState(c)}}function ke(){if(De(),d&&n.autoSlide!==!1){let c=d.querySelector(".current-fragment[data-autoslide]"),u=c?c.getAttribute("data-autoslide"):null,f=d.parentNode?d.parentNode.getAttribute("data-autoslide"):null,b=d.getAttribute("data-autoslide");u?T=parseInt(u,10):b?T=parseInt(b,10):f?T=parseInt(f,10):(T=n.autoSlide,d.querySelectorAll(".fragment").length===0&&w(d,"video, audio").forEach(y=>{y.hasAttribute("data-autoplay")&&T&&y.duration*1e3/y.playbackRate>T&&(T=y.duration*1e3/y.playbackRate+1e3)})),T&&!V&&!Re()&&!m.isActive()&&(!tt()||R.availableRoutes().next||n.loop===!0)&&(J=setTimeout(()=>{typeof n.autoSlideMethod=="function"?n.autoSlideMethod():lt(),ke()},T),re=Date.now()),D&&D.setPlaying(J!==-1)}}function De(){clearTimeout(J),J=-1}function He(){T&&!V&&(V=!0,Q({type:"autoslidepaused"}),clearTimeout(J),D&&D.setPlaying(!1))}function qe(){T&&V&&(V=!1,Q({type:"autoslideresumed"}),ke())}function Oe({skipFragments:c=!1}={}){if(p.hasNavigatedHorizontally=!0,E.isActive())return E.prev();n.rtl?(m.isActive()||c||R.next()===!1)&&se().left&&ne(s+1,n.navigationMode==="grid"?l:void 0):(m.isActive()||c||R.prev()===!1)&&se().left&&ne(s-1,n.navigationMode==="grid"?l:void 0)}function Fe({skipFragments:c=!1}={}){if(p.hasNavigatedHorizontally=!0,E.isActive())return E.next();n.rtl?(m.isActive()||c||R.prev()===!1)&&se().right&&ne(s-1,n.navigationMode==="grid"?l:void 0):(m.isActive()||c||R.next()===!1)&&se().right&&ne(s+1,n.navigationMode==="grid"?l:void 0)}function st({skipFragments:c=!1}={}){if(E.isActive())return E.prev();(m.isActive()||c||R.prev()===!1)&&se().up&&ne(s,l-1)}function ot({skipFragments:c=!1}={}){if(p.hasNavigatedVertically=!0,E.isActive())return E.next();(m.isActive()||c||R.next()===!1)&&se().down&&ne(s,l+1)}function Gt({skipFragments:c=!1}={}){if(E.isActive())return E.prev();if(c||R.prev()===!1)if(se().up)st({skipFragments:c});else{let u;if(u=n.rtl?w(h.wrapper,oe+".future").pop():w(h.wrapper,oe+".past").pop(),u&&u.classList.contains("stack")){let f=u.querySelectorAll("section").length-1||void 0;ne(s-1,f)}else n.rtl?Fe({skipFragments:c}):Oe({skipFragments:c})}}function lt({skipFragments:c=!1}={}){if(p.hasNavigatedHorizontally=!0,p.hasNavigatedVertically=!0,E.isActive())return E.next();if(c||R.next()===!1){let u=se();u.down&&u.right&&n.loop&&qt()&&(u.down=!1),u.down?ot({skipFragments:c}):n.rtl?Oe({skipFragments:c}):Fe({skipFragments:c})}}function rn(c){n.autoSlideStoppable&&He()}function ei(c){let u=c.data;if(typeof u=="string"&&u.charAt(0)==="{"&&u.charAt(u.length-1)==="}"&&(u=JSON.parse(u),u.method&&typeof i[u.method]=="function"))if(fn.test(u.method)===!1){let f=i[u.method].apply(i,u.args);Bt("callback",{method:u.method,result:f})}else console.warn('reveal.js: "'+u.method+'" is is blacklisted from the postMessage API')}function ti(c){x==="running"&&/section/gi.test(c.target.nodeName)&&(x="idle",Q({type:"slidetransitionend",data:{indexh:s,indexv:l,previousSlide:o,currentSlide:d}}))}function ii(c){let u=W(c.target,'a[href^="#"]');if(u){let f=u.getAttribute("href"),b=M.getIndicesFromHash(f);b&&(i.slide(b.h,b.v,b.f),c.preventDefault())}}function ni(c){ye()}function ai(c){document.hidden===!1&&document.activeElement!==document.body&&(typeof document.activeElement.blur=="function"&&document.activeElement.blur(),document.body.focus())}function je(c){(document.fullscreenElement||document.webkitFullscreenElement)===h.wrapper&&(c.stopImmediatePropagation(),setTimeout(()=>{i.layout(),i.focus.focus()},1))}function sn(c){tt()&&n.loop===!1?(ne(0,0),qe()):V?qe():He()}let ri={VERSION:mi,initialize:Ni,configure:Tt,destroy:Wi,sync:Vt,syncSlide:Xi,syncFragments:R.sync.bind(R),slide:ne,left:Oe,right:Fe,up:st,down:ot,prev:Gt,next:lt,navigateLeft:Oe,navigateRight:Fe,navigateUp:st,navigateDown:ot,navigatePrev:Gt,navigateNext:lt,navigateFragment:R.goto.bind(R),prevFragment:R.prev.bind(R),nextFragment:R.next.bind(R),on:It,off:Mt,addEventListener:It,removeEventListener:Mt,layout:ye,shuffle:nt,availableRoutes:se,availableFragments:R.availableRoutes.bind(R),toggleHelp:H.toggleHelp.bind(H),toggleOverview:m.toggle.bind(m),toggleScrollView:E.toggle.bind(E),togglePause:jt,toggleAutoSlide:Ji,toggleJumpToSlide:Yi,isFirstSlide:Ot,isLastSlide:tt,isLastVerticalSlide:qt,isVerticalSlide:Se,isVerticalStack:Ki,isPaused:Re,isAutoSliding:Qi,isSpeakerNotes:_.isSpeakerNotesWindow.bind(_),isOverview:m.isActive.bind(m),isFocused:ge.isFocused.bind(ge),isOverlayOpen:H.isOpen.bind(H),isScrollView:E.isActive.bind(E),isPrintView:U.isActive.bind(U),isReady:()=>r,loadSlide:A.load.bind(A),unloadSlide:A.unload.bind(A),startEmbeddedContent:()=>A.startEmbeddedContent(d),stopEmbeddedContent:()=>A.stopEmbeddedContent(d,{unloadIframes:!1}),previewIframe:H.previewIframe.bind(H),previewImage:H.previewImage.bind(H),previewVideo:H.previewVideo.bind(H),showPreview:H.previewIframe.bind(H),hidePreview:H.close.bind(H),addEventListeners:Pt,removeEventListeners:ze,dispatchEvent:Q,getState:_t,setState:an,getProgress:Gi,getIndices:Kt,getSlidesAttributes:tn,getSlidePastCount:$t,getTotalSlides:Zt,getSlide:Xt,getPreviousSlide:()=>o,getCurrentSlide:()=>d,getSlideBackground:nn,getSlideNotes:_.getSlideNotes.bind(_),getSlides:rt,getHorizontalSlides:ce,getVerticalSlides:Yt,hasHorizontalSlides:Jt,hasVerticalSlides:Qt,hasNavigatedHorizontally:()=>p.hasNavigatedHorizontally,hasNavigatedVertically:()=>p.hasNavigatedVertically,shouldAutoAnimateBetween:it,addKeyBinding:S.addKeyBinding.bind(S),removeKeyBinding:S.removeKeyBinding.bind(S),triggerKey:S.triggerKey.bind(S),registerKeyboardShortcut:S.registerKeyboardShortcut.bind(S),getComputedSlideSize:Be,setCurrentScrollPage:Zi,removeHiddenSlides:Ct,getScale:()=>v,getConfig:()=>n,getQueryHash:si,getSlidePath:M.getHash.bind(M),getRevealElement:()=>e,getSlidesElement:()=>h.slides,getViewportElement:()=>h.viewport,getBackgroundsElement:()=>O.element,registerPlugin:F.registerPlugin.bind(F),hasPlugin:F.hasPlugin.bind(F),getPlugin:F.getPlugin.bind(F),getPlugins:F.getRegisteredPlugins.bind(F)};return xe(i,G(G({},ri),{},{announceStatus:Ge,getStatusText:Me,focus:ge,scroll:E,progress:Z,controls:ie,location:M,overview:m,keyboard:S,fragments:R,backgrounds:O,slideContent:A,slideNumber:z,onUserInput:rn,closeOverlay:H.close.bind(H),updateSlidesVisibility:at,layoutSlideContents:Nt,transformSlides:et,cueAutoSlide:ke,cancelAutoSlide:De})),ri}var le=fi,pi=[];le.initialize=e=>{let t=document.querySelector(".reveal");if(!(t instanceof HTMLElement))throw Error('Unable to find presentation root (<div class="reveal">).');return Object.assign(le,new fi(t,e)),pi.map(i=>i(le)),le.initialize()},["configure","on","off","addEventListener","removeEventListener","registerPlugin"].forEach(e=>{le[e]=(...t)=>{pi.push(i=>i[e].call(null,...t))}}),le.isReady=()=>!1,le.VERSION=mi;function bt(){return{async:!1,breaks:!1,extensions:null,gfm:!0,hooks:null,pedantic:!1,renderer:null,silent:!1,tokenizer:null,walkTokens:null}}var be=bt();function bi(e){be=e}var fe={exec:()=>null};function L(e,t=""){let i=typeof e=="string"?e:e.source,n={replace:(a,r)=>{let s=typeof r=="string"?r:r.source;return s=s.replace(Y.caret,"$1"),i=i.replace(a,s),n},getRegex:()=>new RegExp(i,t)};return n}var $n=(()=>{try{return!0}catch{return!1}})(),Y={codeRemoveIndent:/^(?: {1,4}| {0,3}\t)/gm,outputLinkReplace:/\\([\[\]])/g,indentCodeCompensation:/^(\s+)(?:```)/,beginningSpace:/^\s+/,endingHash:/#$/,startingSpaceChar:/^ /,endingSpaceChar:/ $/,nonSpaceChar:/[^ ]/,newLineCharGlobal:/\n/g,tabCharGlobal:/\t/g,multipleSpaceGlobal:/\s+/g,blankLine:/^[ \t]*$/,doubleBlankLine:/\n[ \t]*\n[ \t]*$/,blockquoteStart:/^ {0,3}>/,blockquoteSetextReplace:/\n {0,3}((?:=+|-+) *)(?=\n|$)/g,blockquoteSetextReplace2:/^ {0,3}>[ \t]?/gm,listReplaceNesting:/^ {1,4}(?=( {4})*[^ ])/g,listIsTask:/^\[[ xX]\] +\S/,listReplaceTask:/^\[[ xX]\] +/,listTaskCheckbox:/\[[ xX]\]/,anyLine:/\n.*\n/,hrefBrackets:/^<(.*)>$/,tableDelimiter:/[:|]/,tableAlignChars:/^\||\| *$/g,tableRowBlankLine:/\n[ \t]*$/,tableAlignRight:/^ *-+: *$/,tableAlignCenter:/^ *:-+: *$/,tableAlignLeft:/^ *:-+ *$/,startATag:/^<a /i,endATag:/^<\/a>/i,startPreScriptTag:/^<(pre|code|kbd|script)(\s|>)/i,endPreScriptTag:/^<\/(pre|code|kbd|script)(\s|>)/i,startAngleBracket:/^</,endAngleBracket:/>$/,pedanticHrefTitle:/^([^'"]*[^\s])\s+(['"])(.*)\2/,unicodeAlphaNumeric:/[\p{L}\p{N}]/u,escapeTest:/[&<>"']/,escapeReplace:/[&<>"']/g,escapeTestNoEncode:/[<>"']|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/,escapeReplaceNoEncode:/[<>"']|&(?!(#\d{1,7}|#[Xx][a-fA-F0-9]{1,6}|\w+);)/g,caret:/(^|[^\[])\^/g,percentDecode:/%25/g,findPipe:/\|/g,splitPipe:/ \|/,slashPipe:/\\\|/g,carriageReturn:/\r\n|\r/g,spaceLine:/^ +$/gm,notSpaceStart:/^\S*/,endingNewline:/\n$/,listItemRegex:e=>RegExp(`^( {0,3}${e})((?:[	 ][^\\n]*)?(?:\\n|$))`),nextBulletRegex:e=>RegExp(`^ {0,${Math.min(3,e-1)}}(?:[*+-]|\\d{1,9}[.)])((?:[ 	][^\\n]*)?(?:\\n|$))`),hrRegex:e=>RegExp(`^ {0,${Math.min(3,e-1)}}((?:- *){3,}|(?:_ *){3,}|(?:\\* *){3,})(?:\\n+|$)`),fencesBeginRegex:e=>RegExp(`^ {0,${Math.min(3,e-1)}}(?:\`\`\`|~~~)`),headingBeginRegex:e=>RegExp(`^ {0,${Math.min(3,e-1)}}#`),htmlBeginRegex:e=>RegExp(`^ {0,${Math.min(3,e-1)}}<(?:[a-z].*>|!--)`,"i"),blockquoteBeginRegex:e=>RegExp(`^ {0,${Math.min(3,e-1)}}>`)},Kn=/^(?:[ \t]*(?:\n|$))+/,Yn=/^((?: {4}| {0,3}\t)[^\n]+(?:\n(?:[ \t]*(?:\n|$))*)?)+/,Jn=/^ {0,3}(`{3,}(?=[^`\n]*(?:\n|$))|~{3,})([^\n]*)(?:\n|$)(?:|([\s\S]*?)(?:\n|$))(?: {0,3}\1[~`]* *(?=\n|$)|$)/,Ie=/^ {0,3}((?:-[\t ]*){3,}|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})(?:\n+|$)/,Qn=/^ {0,3}(#{1,6})(?=\s|$)(.*)(?:\n+|$)/,yt=/ {0,3}(?:[*+-]|\d{1,9}[.)])/,Ri=/^(?!bull |blockCode|fences|blockquote|heading|html|table)((?:.|\n(?!\s*?\n|bull |blockCode|fences|blockquote|heading|html|table))+?)\n {0,3}(=+|-+) *(?:\n+|$)/,Ci=L(Ri).replace(/bull/g,yt).replace(/blockCode/g,/(?: {4}| {0,3}\t)/).replace(/fences/g,/ {0,3}(?:`{3,}|~{3,})/).replace(/blockquote/g,/ {0,3}>/).replace(/heading/g,/ {0,3}#{1,6}/).replace(/html/g,/ {0,3}<[^\n>]+>\n/).replace(/\|table/g,"").getRegex(),Zn=L(Ri).replace(/bull/g,yt).replace(/blockCode/g,/(?: {4}| {0,3}\t)/).replace(/fences/g,/ {0,3}(?:`{3,}|~{3,})/).replace(/blockquote/g,/ {0,3}>/).replace(/heading/g,/ {0,3}#{1,6}/).replace(/html/g,/ {0,3}<[^\n>]+>\n/).replace(/table/g,/ {0,3}\|?(?:[:\- ]*\|)+[\:\- ]*\n/).getRegex(),kt=/^([^\n]+(?:\n(?!hr|heading|lheading|blockquote|fences|list|html|table| +\n)[^\n]+)*)/,Xn=/^[^\n]+/,wt=/(?!\s*\])(?:\\[\s\S]|[^\[\]\\])+/,_n=L(/^ {0,3}\[(label)\]: *(?:\n[ \t]*)?([^<\s][^\s]*|<.*?>)(?:(?: +(?:\n[ \t]*)?| *\n[ \t]*)(title))? *(?:\n+|$)/).replace("label",wt).replace("title",/(?:"(?:\\"?|[^"\\])*"|'[^'\n]*(?:\n[^'\n]+)*\n?'|\([^()]*\))/).getRegex(),Gn=L(/^(bull)([ \t][^\n]+?)?(?:\n|$)/).replace(/bull/g,yt).getRegex(),Ze="address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|menuitem|meta|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr|track|ul",xt=/<!--(?:-?>|[\s\S]*?(?:-->|$))/,ea=L("^ {0,3}(?:<(script|pre|style|textarea)[\\s>][\\s\\S]*?(?:</\\1>[^\\n]*\\n+|$)|comment[^\\n]*(\\n+|$)|<\\?[\\s\\S]*?(?:\\?>\\n*|$)|<![A-Z][\\s\\S]*?(?:>\\n*|$)|<!\\[CDATA\\[[\\s\\S]*?(?:\\]\\]>\\n*|$)|</?(tag)(?: +|\\n|/?>)[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$)|<(?!script|pre|style|textarea)([a-z][\\w-]*)(?:attribute)*? */?>(?=[ \\t]*(?:\\n|$))[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$)|</(?!script|pre|style|textarea)[a-z][\\w-]*\\s*>(?=[ \\t]*(?:\\n|$))[\\s\\S]*?(?:(?:\\n[ 	]*)+\\n|$))","i").replace("comment",xt).replace("tag",Ze).replace("attribute",/ +[a-zA-Z:_][\w.:-]*(?: *= *"[^"\n]*"| *= *'[^'\n]*'| *= *[^\s"'=<>`]+)?/).getRegex(),yi=L(kt).replace("hr",Ie).replace("heading"," {0,3}#{1,6}(?:\\s|$)").replace("|lheading","").replace("|table","").replace("blockquote"," {0,3}>").replace("fences"," {0,3}(?:`{3,}(?=[^`\\n]*\\n)|~{3,})[^\\n]*\\n").replace("list"," {0,3}(?:[*+-]|1[.)])[ \\t]").replace("html","</?(?:tag)(?: +|\\n|/?>)|<(?:script|pre|style|textarea|!--)").replace("tag",Ze).getRegex(),At={blockquote:L(/^( {0,3}> ?(paragraph|[^\n]*)(?:\n|$))+/).replace("paragraph",yi).getRegex(),code:Yn,def:_n,fences:Jn,heading:Qn,hr:Ie,html:ea,lheading:Ci,list:Gn,newline:Kn,paragraph:yi,table:fe,text:Xn},ki=L("^ *([^\\n ].*)\\n {0,3}((?:\\| *)?:?-+:? *(?:\\| *:?-+:? *)*(?:\\| *)?)(?:\\n((?:(?! *\\n|hr|heading|blockquote|code|fences|list|html).*(?:\\n|$))*)\\n*|$)").replace("hr",Ie).replace("heading"," {0,3}#{1,6}(?:\\s|$)").replace("blockquote"," {0,3}>").replace("code","(?: {4}| {0,3}	)[^\\n]").replace("fences"," {0,3}(?:`{3,}(?=[^`\\n]*\\n)|~{3,})[^\\n]*\\n").replace("list"," {0,3}(?:[*+-]|1[.)])[ \\t]").replace("html","</?(?:tag)(?: +|\\n|/?>)|<(?:script|pre|style|textarea|!--)").replace("tag",Ze).getRegex(),ta={...At,lheading:Zn,table:ki,paragraph:L(kt).replace("hr",Ie).replace("heading"," {0,3}#{1,6}(?:\\s|$)").replace("|lheading","").replace("table",ki).replace("blockquote"," {0,3}>").replace("fences"," {0,3}(?:`{3,}(?=[^`\\n]*\\n)|~{3,})[^\\n]*\\n").replace("list"," {0,3}(?:[*+-]|1[.)])[ \\t]").replace("html","</?(?:tag)(?: +|\\n|/?>)|<(?:script|pre|style|textarea|!--)").replace("tag",Ze).getRegex()},ia={...At,html:L(`^ *(?:comment *(?:\\n|\\s*$)|<(tag)[\\s\\S]+?</\\1> *(?:\\n{2,}|\\s*$)|<tag(?:"[^"]*"|'[^']*'|\\s[^'"/>\\s]*)*?/?> *(?:\\n{2,}|\\s*$))`).replace("comment",xt).replace(/tag/g,"(?!(?:a|em|strong|small|s|cite|q|dfn|abbr|data|time|code|var|samp|kbd|sub|sup|i|b|u|mark|ruby|rt|rp|bdi|bdo|span|br|wbr|ins|del|img)\\b)\\w+(?!:|[^\\w\\s@]*@)\\b").getRegex(),def:/^ *\[([^\]]+)\]: *<?([^\s>]+)>?(?: +(["(][^\n]+[")]))? *(?:\n+|$)/,heading:/^(#{1,6})(.*)(?:\n+|$)/,fences:fe,lheading:/^(.+?)\n {0,3}(=+|-+) *(?:\n+|$)/,paragraph:L(kt).replace("hr",Ie).replace("heading",` *#{1,6} *[^
]`).replace("lheading",Ci).replace("|table","").replace("blockquote"," {0,3}>").replace("|fences","").replace("|list","").replace("|html","").replace("|tag","").getRegex()},na=/^\\([!"#$%&'()*+,\-./:;<=>?@\[\]\\^_`{|}~])/,aa=/^(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/,Li=/^( {2,}|\\)\n(?!\s*$)/,ra=/^(`+|[^`])(?:(?= {2,}\n)|[\s\S]*?(?:(?=[\\<!\[`*_]|\b_|$)|[^ ](?= {2,}\n)))/,Ae=/[\p{P}\p{S}]/u,Xe=/[\s\p{P}\p{S}]/u,St=/[^\s\p{P}\p{S}]/u,sa=L(/^((?![*_])punctSpace)/,"u").replace(/punctSpace/g,Xe).getRegex(),Ti=/(?!~)[\p{P}\p{S}]/u,oa=/(?!~)[\s\p{P}\p{S}]/u,la=/(?:[^\s\p{P}\p{S}]|~)/u,da=L(/link|precode-code|html/,"g").replace("link",/\[(?:[^\[\]`]|(?<a>`+)[^`]+\k<a>(?!`))*?\]\((?:\\[\s\S]|[^\\\(\)]|\((?:\\[\s\S]|[^\\\(\)])*\))*\)/).replace("precode-",$n?"(?<!`)()":"(^^|[^`])").replace("code",/(?<b>`+)[^`]+\k<b>(?!`)/).replace("html",/<(?! )[^<>]*?>/).getRegex(),Pi=/^(?:\*+(?:((?!\*)punct)|([^\s*]))?)|^_+(?:((?!_)punct)|([^\s_]))?/,ca=L(Pi,"u").replace(/punct/g,Ae).getRegex(),ha=L(Pi,"u").replace(/punct/g,Ti).getRegex(),Ii="^[^_*]*?__[^_*]*?\\*[^_*]*?(?=__)|[^*]+(?=[^*])|(?!\\*)punct(\\*+)(?=[\\s]|$)|notPunctSpace(\\*+)(?!\\*)(?=punctSpace|$)|(?!\\*)punctSpace(\\*+)(?=notPunctSpace)|[\\s](\\*+)(?!\\*)(?=punct)|(?!\\*)punct(\\*+)(?!\\*)(?=punct)|notPunctSpace(\\*+)(?=notPunctSpace)",ua=L(Ii,"gu").replace(/notPunctSpace/g,St).replace(/punctSpace/g,Xe).replace(/punct/g,Ae).getRegex(),pa=L(Ii,"gu").replace(/notPunctSpace/g,la).replace(/punctSpace/g,oa).replace(/punct/g,Ti).getRegex(),ga=L("^[^_*]*?\\*\\*[^_*]*?_[^_*]*?(?=\\*\\*)|[^_]+(?=[^_])|(?!_)punct(_+)(?=[\\s]|$)|notPunctSpace(_+)(?!_)(?=punctSpace|$)|(?!_)punctSpace(_+)(?=notPunctSpace)|[\\s](_+)(?!_)(?=punct)|(?!_)punct(_+)(?!_)(?=punct)","gu").replace(/notPunctSpace/g,St).replace(/punctSpace/g,Xe).replace(/punct/g,Ae).getRegex(),va=L(/^~~?(?:((?!~)punct)|[^\s~])/,"u").replace(/punct/g,Ae).getRegex(),ma=L("^[^~]+(?=[^~])|(?!~)punct(~~?)(?=[\\s]|$)|notPunctSpace(~~?)(?!~)(?=punctSpace|$)|(?!~)punctSpace(~~?)(?=notPunctSpace)|[\\s](~~?)(?!~)(?=punct)|(?!~)punct(~~?)(?!~)(?=punct)|notPunctSpace(~~?)(?=notPunctSpace)","gu").replace(/notPunctSpace/g,St).replace(/punctSpace/g,Xe).replace(/punct/g,Ae).getRegex(),fa=L(/\\(punct)/,"gu").replace(/punct/g,Ae).getRegex(),ba=L(/^<(scheme:[^\s\x00-\x1f<>]*|email)>/).replace("scheme",/[a-zA-Z][a-zA-Z0-9+.-]{1,31}/).replace("email",/[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+(@)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)+(?![-_])/).getRegex(),ya=L(xt).replace("(?:-->|$)","-->").getRegex(),ka=L("^comment|^</[a-zA-Z][\\w:-]*\\s*>|^<[a-zA-Z][\\w-]*(?:attribute)*?\\s*/?>|^<\\?[\\s\\S]*?\\?>|^<![a-zA-Z]+\\s[\\s\\S]*?>|^<!\\[CDATA\\[[\\s\\S]*?\\]\\]>").replace("comment",ya).replace("attribute",/\s+[a-zA-Z:_][\w.:-]*(?:\s*=\s*"[^"]*"|\s*=\s*'[^']*'|\s*=\s*[^\s"'=<>`]+)?/).getRegex(),Ye=/(?:\[(?:\\[\s\S]|[^\[\]\\])*\]|\\[\s\S]|`+(?!`)[^`]*?`+(?!`)|``+(?=\])|[^\[\]\\`])*?/,wa=L(/^!?\[(label)\]\(\s*(href)(?:(?:[ \t]+(?:\n[ \t]*)?|\n[ \t]*)(title))?\s*\)/).replace("label",Ye).replace("href",/<(?:\\.|[^\n<>\\])+>|[^ \t\n\x00-\x1f]*/).replace("title",/"(?:\\"?|[^"\\])*"|'(?:\\'?|[^'\\])*'|\((?:\\\)?|[^)\\])*\)/).getRegex(),Mi=L(/^!?\[(label)\]\[(ref)\]/).replace("label",Ye).replace("ref",wt).getRegex(),zi=L(/^!?\[(ref)\](?:\[\])?/).replace("ref",wt).getRegex(),xa=L("reflink|nolink(?!\\()","g").replace("reflink",Mi).replace("nolink",zi).getRegex(),wi=/[hH][tT][tT][pP][sS]?|[fF][tT][pP]/,Et={_backpedal:fe,anyPunctuation:fa,autolink:ba,blockSkip:da,br:Li,code:aa,del:fe,delLDelim:fe,delRDelim:fe,emStrongLDelim:ca,emStrongRDelimAst:ua,emStrongRDelimUnd:ga,escape:na,link:wa,nolink:zi,punctuation:sa,reflink:Mi,reflinkSearch:xa,tag:ka,text:ra,url:fe},Aa={...Et,link:L(/^!?\[(label)\]\((.*?)\)/).replace("label",Ye).getRegex(),reflink:L(/^!?\[(label)\]\s*\[([^\]]*)\]/).replace("label",Ye).getRegex()},vt={...Et,emStrongRDelimAst:pa,emStrongLDelim:ha,delLDelim:va,delRDelim:ma,url:L(/^((?:protocol):\/\/|www\.)(?:[a-zA-Z0-9\-]+\.?)+[^\s<]*|^email/).replace("protocol",wi).replace("email",/[A-Za-z0-9._+-]+(@)[a-zA-Z0-9-_]+(?:\.[a-zA-Z0-9-_]*[a-zA-Z0-9])+(?![-_])/).getRegex(),_backpedal:/(?:[^?!.,:;*_'"~()&]+|\([^)]*\)|&(?![a-zA-Z0-9]+;$)|[?!.,:;*_'"~)]+(?!$))+/,del:/^(~~?)(?=[^\s~])((?:\\[\s\S]|[^\\])*?(?:\\[\s\S]|[^\s~\\]))\1(?=[^~]|$)/,text:L(/^([`~]+|[^`~])(?:(?= {2,}\n)|(?=[a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-]+@)|[\s\S]*?(?:(?=[\\<!\[`*~_]|\b_|protocol:\/\/|www\.|$)|[^ ](?= {2,}\n)|[^a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-](?=[a-zA-Z0-9.!#$%&'*+\/=?_`{\|}~-]+@)))/).replace("protocol",wi).getRegex()},Sa={...vt,br:L(Li).replace("{2,}","*").getRegex(),text:L(vt.text).replace("\\b_","\\b_| {2,}\\n").replace(/\{2,\}/g,"*").getRegex()},Ke={normal:At,gfm:ta,pedantic:ia},Le={normal:Et,gfm:vt,breaks:Sa,pedantic:Aa},Ea={"&":"&amp;","<":"&lt;",">":"&gt;",'"':"&quot;","'":"&#39;"},xi=e=>Ea[e];function ae(e,t){if(t){if(Y.escapeTest.test(e))return e.replace(Y.escapeReplace,xi)}else if(Y.escapeTestNoEncode.test(e))return e.replace(Y.escapeReplaceNoEncode,xi);return e}function Ai(e){try{e=encodeURI(e).replace(Y.percentDecode,"%")}catch{return null}return e}function Si(e,t){let i=e.replace(Y.findPipe,(a,r,s)=>{let l=!1,o=r;for(;--o>=0&&s[o]==="\\";)l=!l;return l?"|":" |"}).split(Y.splitPipe),n=0;if(i[0].trim()||i.shift(),i.length>0&&!i.at(-1)?.trim()&&i.pop(),t)if(i.length>t)i.splice(t);else for(;i.length<t;)i.push("");for(;n<i.length;n++)i[n]=i[n].trim().replace(Y.slashPipe,"|");return i}function Te(e,t,i){let n=e.length;if(n===0)return"";let a=0;for(;a<n;){let r=e.charAt(n-a-1);if(r===t&&!i)a++;else if(r!==t&&i)a++;else break}return e.slice(0,n-a)}function Ra(e,t){if(e.indexOf(t[1])===-1)return-1;let i=0;for(let n=0;n<e.length;n++)if(e[n]==="\\")n++;else if(e[n]===t[0])i++;else if(e[n]===t[1]&&(i--,i<0))return n;return i>0?-2:-1}function Ca(e,t=0){let i=t,n="";for(let a of e)if(a==="	"){let r=4-i%4;n+=" ".repeat(r),i+=r}else n+=a,i++;return n}function Ei(e,t,i,n,a){let r=t.href,s=t.title||null,l=e[1].replace(a.other.outputLinkReplace,"$1");n.state.inLink=!0;let o={type:e[0].charAt(0)==="!"?"image":"link",raw:i,href:r,title:s,text:l,tokens:n.inlineTokens(l)};return n.state.inLink=!1,o}function La(e,t,i){let n=e.match(i.other.indentCodeCompensation);if(n===null)return t;let a=n[1];return t.split(`
`).map(r=>{let s=r.match(i.other.beginningSpace);if(s===null)return r;let[l]=s;return l.length>=a.length?r.slice(a.length):r}).join(`
`)}var Je=class{options;rules;lexer;constructor(e){this.options=e||be}space(e){let t=this.rules.block.newline.exec(e);if(t&&t[0].length>0)return{type:"space",raw:t[0]}}code(e){let t=this.rules.block.code.exec(e);if(t){let i=t[0].replace(this.rules.other.codeRemoveIndent,"");return{type:"code",raw:t[0],codeBlockStyle:"indented",text:this.options.pedantic?i:Te(i,`
`)}}}fences(e){let t=this.rules.block.fences.exec(e);if(t){let i=t[0],n=La(i,t[3]||"",this.rules);return{type:"code",raw:i,lang:t[2]?t[2].trim().replace(this.rules.inline.anyPunctuation,"$1"):t[2],text:n}}}heading(e){let t=this.rules.block.heading.exec(e);if(t){let i=t[2].trim();if(this.rules.other.endingHash.test(i)){let n=Te(i,"#");(this.options.pedantic||!n||this.rules.other.endingSpaceChar.test(n))&&(i=n.trim())}return{type:"heading",raw:t[0],depth:t[1].length,text:i,tokens:this.lexer.inline(i)}}}hr(e){let t=this.rules.block.hr.exec(e);if(t)return{type:"hr",raw:Te(t[0],`
`)}}blockquote(e){let t=this.rules.block.blockquote.exec(e);if(t){let i=Te(t[0],`
`).split(`
`),n="",a="",r=[];for(;i.length>0;){let s=!1,l=[],o;for(o=0;o<i.length;o++)if(this.rules.other.blockquoteStart.test(i[o]))l.push(i[o]),s=!0;else if(!s)l.push(i[o]);else break;i=i.slice(o);let d=l.join(`
`),p=d.replace(this.rules.other.blockquoteSetextReplace,`
    $1`).replace(this.rules.other.blockquoteSetextReplace2,"");n=n?`${n}
${d}`:d,a=a?`${a}
${p}`:p;let g=this.lexer.state.top;if(this.lexer.state.top=!0,this.lexer.blockTokens(p,r,!0),this.lexer.state.top=g,i.length===0)break;let v=r.at(-1);if(v?.type==="code")break;if(v?.type==="blockquote"){let k=v,h=k.raw+`
`+i.join(`
`),x=this.blockquote(h);r[r.length-1]=x,n=n.substring(0,n.length-k.raw.length)+x.raw,a=a.substring(0,a.length-k.text.length)+x.text;break}if(v?.type==="list"){let k=v,h=k.raw+`
`+i.join(`
`),x=this.list(h);r[r.length-1]=x,n=n.substring(0,n.length-v.raw.length)+x.raw,a=a.substring(0,a.length-k.raw.length)+x.raw,i=h.substring(r.at(-1).raw.length).split(`
`);continue}}return{type:"blockquote",raw:n,tokens:r,text:a}}}list(e){let t=this.rules.block.list.exec(e);if(t){let i=t[1].trim(),n=i.length>1,a={type:"list",raw:"",ordered:n,start:n?+i.slice(0,-1):"",loose:!1,items:[]};i=n?`\\d{1,9}\\${i.slice(-1)}`:`\\${i}`,this.options.pedantic&&(i=n?i:"[*+-]");let r=this.rules.other.listItemRegex(i),s=!1;for(;e;){let o=!1,d="",p="";if(!(t=r.exec(e))||this.rules.block.hr.test(e))break;d=t[0],e=e.substring(d.length);let g=Ca(t[2].split(`
`,1)[0],t[1].length),v=e.split(`
`,1)[0],k=!g.trim(),h=0;if(this.options.pedantic?(h=2,p=g.trimStart()):k?h=t[1].length+1:(h=g.search(this.rules.other.nonSpaceChar),h=h>4?1:h,p=g.slice(h),h+=t[1].length),k&&this.rules.other.blankLine.test(v)&&(d+=v+`
`,e=e.substring(v.length+1),o=!0),!o){let x=this.rules.other.nextBulletRegex(h),T=this.rules.other.hrRegex(h),D=this.rules.other.fencesBeginRegex(h),J=this.rules.other.headingBeginRegex(h),re=this.rules.other.htmlBeginRegex(h),V=this.rules.other.blockquoteBeginRegex(h);for(;e;){let A=e.split(`
`,1)[0],z;if(v=A,this.options.pedantic?(v=v.replace(this.rules.other.listReplaceNesting,"  "),z=v):z=v.replace(this.rules.other.tabCharGlobal,"    "),D.test(v)||J.test(v)||re.test(v)||V.test(v)||x.test(v)||T.test(v))break;if(z.search(this.rules.other.nonSpaceChar)>=h||!v.trim())p+=`
`+z.slice(h);else{if(k||g.replace(this.rules.other.tabCharGlobal,"    ").search(this.rules.other.nonSpaceChar)>=4||D.test(g)||J.test(g)||T.test(g))break;p+=`
`+v}k=!v.trim(),d+=A+`
`,e=e.substring(A.length+1),g=z.slice(h)}}a.loose||(s?a.loose=!0:this.rules.other.doubleBlankLine.test(d)&&(s=!0)),a.items.push({type:"list_item",raw:d,task:!!this.options.gfm&&this.rules.other.listIsTask.test(p),loose:!1,text:p,tokens:[]}),a.raw+=d}let l=a.items.at(-1);if(l)l.raw=l.raw.trimEnd(),l.text=l.text.trimEnd();else return;a.raw=a.raw.trimEnd();for(let o of a.items){if(this.lexer.state.top=!1,o.tokens=this.lexer.blockTokens(o.text,[]),o.task){if(o.text=o.text.replace(this.rules.other.listReplaceTask,""),o.tokens[0]?.type==="text"||o.tokens[0]?.type==="paragraph"){o.tokens[0].raw=o.tokens[0].raw.replace(this.rules.other.listReplaceTask,""),o.tokens[0].text=o.tokens[0].text.replace(this.rules.other.listReplaceTask,"");for(let p=this.lexer.inlineQueue.length-1;p>=0;p--)if(this.rules.other.listIsTask.test(this.lexer.inlineQueue[p].src)){this.lexer.inlineQueue[p].src=this.lexer.inlineQueue[p].src.replace(this.rules.other.listReplaceTask,"");break}}let d=this.rules.other.listTaskCheckbox.exec(o.raw);if(d){let p={type:"checkbox",raw:d[0]+" ",checked:d[0]!=="[ ]"};o.checked=p.checked,a.loose?o.tokens[0]&&["paragraph","text"].includes(o.tokens[0].type)&&"tokens"in o.tokens[0]&&o.tokens[0].tokens?(o.tokens[0].raw=p.raw+o.tokens[0].raw,o.tokens[0].text=p.raw+o.tokens[0].text,o.tokens[0].tokens.unshift(p)):o.tokens.unshift({type:"paragraph",raw:p.raw,text:p.raw,tokens:[p]}):o.tokens.unshift(p)}}if(!a.loose){let d=o.tokens.filter(p=>p.type==="space");a.loose=d.length>0&&d.some(p=>this.rules.other.anyLine.test(p.raw))}}if(a.loose)for(let o of a.items){o.loose=!0;for(let d of o.tokens)d.type==="text"&&(d.type="paragraph")}return a}}html(e){let t=this.rules.block.html.exec(e);if(t)return{type:"html",block:!0,raw:t[0],pre:t[1]==="pre"||t[1]==="script"||t[1]==="style",text:t[0]}}def(e){let t=this.rules.block.def.exec(e);if(t){let i=t[1].toLowerCase().replace(this.rules.other.multipleSpaceGlobal," "),n=t[2]?t[2].replace(this.rules.other.hrefBrackets,"$1").replace(this.rules.inline.anyPunctuation,"$1"):"",a=t[3]?t[3].substring(1,t[3].length-1).replace(this.rules.inline.anyPunctuation,"$1"):t[3];return{type:"def",tag:i,raw:t[0],href:n,title:a}}}table(e){let t=this.rules.block.table.exec(e);if(!t||!this.rules.other.tableDelimiter.test(t[2]))return;let i=Si(t[1]),n=t[2].replace(this.rules.other.tableAlignChars,"").split("|"),a=t[3]?.trim()?t[3].replace(this.rules.other.tableRowBlankLine,"").split(`
`):[],r={type:"table",raw:t[0],header:[],align:[],rows:[]};if(i.length===n.length){for(let s of n)this.rules.other.tableAlignRight.test(s)?r.align.push("right"):this.rules.other.tableAlignCenter.test(s)?r.align.push("center"):this.rules.other.tableAlignLeft.test(s)?r.align.push("left"):r.align.push(null);for(let s=0;s<i.length;s++)r.header.push({text:i[s],tokens:this.lexer.inline(i[s]),header:!0,align:r.align[s]});for(let s of a)r.rows.push(Si(s,r.header.length).map((l,o)=>({text:l,tokens:this.lexer.inline(l),header:!1,align:r.align[o]})));return r}}lheading(e){let t=this.rules.block.lheading.exec(e);if(t){let i=t[1].trim();return{type:"heading",raw:t[0],depth:t[2].charAt(0)==="="?1:2,text:i,tokens:this.lexer.inline(i)}}}paragraph(e){let t=this.rules.block.paragraph.exec(e);if(t){let i=t[1].charAt(t[1].length-1)===`
`?t[1].slice(0,-1):t[1];return{type:"paragraph",raw:t[0],text:i,tokens:this.lexer.inline(i)}}}text(e){let t=this.rules.block.text.exec(e);if(t)return{type:"text",raw:t[0],text:t[0],tokens:this.lexer.inline(t[0])}}escape(e){let t=this.rules.inline.escape.exec(e);if(t)return{type:"escape",raw:t[0],text:t[1]}}tag(e){let t=this.rules.inline.tag.exec(e);if(t)return!this.lexer.state.inLink&&this.rules.other.startATag.test(t[0])?this.lexer.state.inLink=!0:this.lexer.state.inLink&&this.rules.other.endATag.test(t[0])&&(this.lexer.state.inLink=!1),!this.lexer.state.inRawBlock&&this.rules.other.startPreScriptTag.test(t[0])?this.lexer.state.inRawBlock=!0:this.lexer.state.inRawBlock&&this.rules.other.endPreScriptTag.test(t[0])&&(this.lexer.state.inRawBlock=!1),{type:"html",raw:t[0],inLink:this.lexer.state.inLink,inRawBlock:this.lexer.state.inRawBlock,block:!1,text:t[0]}}link(e){let t=this.rules.inline.link.exec(e);if(t){let i=t[2].trim();if(!this.options.pedantic&&this.rules.other.startAngleBracket.test(i)){if(!this.rules.other.endAngleBracket.test(i))return;let r=Te(i.slice(0,-1),"\\");if((i.length-r.length)%2==0)return}else{let r=Ra(t[2],"()");if(r===-2)return;if(r>-1){let s=(t[0].indexOf("!")===0?5:4)+t[1].length+r;t[2]=t[2].substring(0,r),t[0]=t[0].substring(0,s).trim(),t[3]=""}}let n=t[2],a="";if(this.options.pedantic){let r=this.rules.other.pedanticHrefTitle.exec(n);r&&(n=r[1],a=r[3])}else a=t[3]?t[3].slice(1,-1):"";return n=n.trim(),this.rules.other.startAngleBracket.test(n)&&(n=this.options.pedantic&&!this.rules.other.endAngleBracket.test(i)?n.slice(1):n.slice(1,-1)),Ei(t,{href:n&&n.replace(this.rules.inline.anyPunctuation,"$1"),title:a&&a.replace(this.rules.inline.anyPunctuation,"$1")},t[0],this.lexer,this.rules)}}reflink(e,t){let i;if((i=this.rules.inline.reflink.exec(e))||(i=this.rules.inline.nolink.exec(e))){let n=t[(i[2]||i[1]).replace(this.rules.other.multipleSpaceGlobal," ").toLowerCase()];if(!n){let a=i[0].charAt(0);return{type:"text",raw:a,text:a}}return Ei(i,n,i[0],this.lexer,this.rules)}}emStrong(e,t,i=""){let n=this.rules.inline.emStrongLDelim.exec(e);if(!(!n||!n[1]&&!n[2]&&!n[3]&&!n[4]||n[4]&&i.match(this.rules.other.unicodeAlphaNumeric))&&(!(n[1]||n[3])||!i||this.rules.inline.punctuation.exec(i))){let a=[...n[0]].length-1,r,s,l=a,o=0,d=n[0][0]==="*"?this.rules.inline.emStrongRDelimAst:this.rules.inline.emStrongRDelimUnd;for(d.lastIndex=0,t=t.slice(-1*e.length+a);(n=d.exec(t))!=null;){if(r=n[1]||n[2]||n[3]||n[4]||n[5]||n[6],!r)continue;if(s=[...r].length,n[3]||n[4]){l+=s;continue}if((n[5]||n[6])&&a%3&&!((a+s)%3)){o+=s;continue}if(l-=s,l>0)continue;s=Math.min(s,s+l+o);let p=[...n[0]][0].length,g=e.slice(0,a+n.index+p+s);if(Math.min(a,s)%2){let k=g.slice(1,-1);return{type:"em",raw:g,text:k,tokens:this.lexer.inlineTokens(k)}}let v=g.slice(2,-2);return{type:"strong",raw:g,text:v,tokens:this.lexer.inlineTokens(v)}}}}codespan(e){let t=this.rules.inline.code.exec(e);if(t){let i=t[2].replace(this.rules.other.newLineCharGlobal," "),n=this.rules.other.nonSpaceChar.test(i),a=this.rules.other.startingSpaceChar.test(i)&&this.rules.other.endingSpaceChar.test(i);return n&&a&&(i=i.substring(1,i.length-1)),{type:"codespan",raw:t[0],text:i}}}br(e){let t=this.rules.inline.br.exec(e);if(t)return{type:"br",raw:t[0]}}del(e,t,i=""){let n=this.rules.inline.delLDelim.exec(e);if(n&&(!n[1]||!i||this.rules.inline.punctuation.exec(i))){let a=[...n[0]].length-1,r,s,l=a,o=this.rules.inline.delRDelim;for(o.lastIndex=0,t=t.slice(-1*e.length+a);(n=o.exec(t))!=null;){if(r=n[1]||n[2]||n[3]||n[4]||n[5]||n[6],!r||(s=[...r].length,s!==a))continue;if(n[3]||n[4]){l+=s;continue}if(l-=s,l>0)continue;s=Math.min(s,s+l);let d=[...n[0]][0].length,p=e.slice(0,a+n.index+d+s),g=p.slice(a,-a);return{type:"del",raw:p,text:g,tokens:this.lexer.inlineTokens(g)}}}}autolink(e){let t=this.rules.inline.autolink.exec(e);if(t){let i,n;return t[2]==="@"?(i=t[1],n="mailto:"+i):(i=t[1],n=i),{type:"link",raw:t[0],text:i,href:n,tokens:[{type:"text",raw:i,text:i}]}}}url(e){let t;if(t=this.rules.inline.url.exec(e)){let i,n;if(t[2]==="@")i=t[0],n="mailto:"+i;else{let a;do a=t[0],t[0]=this.rules.inline._backpedal.exec(t[0])?.[0]??"";while(a!==t[0]);i=t[0],n=t[1]==="www."?"http://"+t[0]:t[0]}return{type:"link",raw:t[0],text:i,href:n,tokens:[{type:"text",raw:i,text:i}]}}}inlineText(e){let t=this.rules.inline.text.exec(e);if(t){let i=this.lexer.state.inRawBlock;return{type:"text",raw:t[0],text:t[0],escaped:i}}}},ee=class mt{tokens;options;state;inlineQueue;tokenizer;constructor(t){this.tokens=[],this.tokens.links=Object.create(null),this.options=t||be,this.options.tokenizer=this.options.tokenizer||new Je,this.tokenizer=this.options.tokenizer,this.tokenizer.options=this.options,this.tokenizer.lexer=this,this.inlineQueue=[],this.state={inLink:!1,inRawBlock:!1,top:!0};let i={other:Y,block:Ke.normal,inline:Le.normal};this.options.pedantic?(i.block=Ke.pedantic,i.inline=Le.pedantic):this.options.gfm&&(i.block=Ke.gfm,i.inline=this.options.breaks?Le.breaks:Le.gfm),this.tokenizer.rules=i}static get rules(){return{block:Ke,inline:Le}}static lex(t,i){return new mt(i).lex(t)}static lexInline(t,i){return new mt(i).inlineTokens(t)}lex(t){t=t.replace(Y.carriageReturn,`
`),this.blockTokens(t,this.tokens);for(let i=0;i<this.inlineQueue.length;i++){let n=this.inlineQueue[i];this.inlineTokens(n.src,n.tokens)}return this.inlineQueue=[],this.tokens}blockTokens(t,i=[],n=!1){for(this.tokenizer.lexer=this,this.options.pedantic&&(t=t.replace(Y.tabCharGlobal,"    ").replace(Y.spaceLine,""));t;){let a;if(this.options.extensions?.block?.some(s=>(a=s.call({lexer:this},t,i))?(t=t.substring(a.raw.length),i.push(a),!0):!1))continue;if(a=this.tokenizer.space(t)){t=t.substring(a.raw.length);let s=i.at(-1);a.raw.length===1&&s!==void 0?s.raw+=`
`:i.push(a);continue}if(a=this.tokenizer.code(t)){t=t.substring(a.raw.length);let s=i.at(-1);s?.type==="paragraph"||s?.type==="text"?(s.raw+=(s.raw.endsWith(`
`)?"":`
`)+a.raw,s.text+=`
`+a.text,this.inlineQueue.at(-1).src=s.text):i.push(a);continue}if(a=this.tokenizer.fences(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.heading(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.hr(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.blockquote(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.list(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.html(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.def(t)){t=t.substring(a.raw.length);let s=i.at(-1);s?.type==="paragraph"||s?.type==="text"?(s.raw+=(s.raw.endsWith(`
`)?"":`
`)+a.raw,s.text+=`
`+a.raw,this.inlineQueue.at(-1).src=s.text):this.tokens.links[a.tag]||(this.tokens.links[a.tag]={href:a.href,title:a.title},i.push(a));continue}if(a=this.tokenizer.table(t)){t=t.substring(a.raw.length),i.push(a);continue}if(a=this.tokenizer.lheading(t)){t=t.substring(a.raw.length),i.push(a);continue}let r=t;if(this.options.extensions?.startBlock){let s=1/0,l=t.slice(1),o;this.options.extensions.startBlock.forEach(d=>{o=d.call({lexer:this},l),typeof o=="number"&&o>=0&&(s=Math.min(s,o))}),s<1/0&&s>=0&&(r=t.substring(0,s+1))}if(this.state.top&&(a=this.tokenizer.paragraph(r))){let s=i.at(-1);n&&s?.type==="paragraph"?(s.raw+=(s.raw.endsWith(`
`)?"":`
`)+a.raw,s.text+=`
`+a.text,this.inlineQueue.pop(),this.inlineQueue.at(-1).src=s.text):i.push(a),n=r.length!==t.length,t=t.substring(a.raw.length);continue}if(a=this.tokenizer.text(t)){t=t.substring(a.raw.length);let s=i.at(-1);s?.type==="text"?(s.raw+=(s.raw.endsWith(`
`)?"":`
`)+a.raw,s.text+=`
`+a.text,this.inlineQueue.pop(),this.inlineQueue.at(-1).src=s.text):i.push(a);continue}if(t){let s="Infinite loop on byte: "+t.charCodeAt(0);if(this.options.silent){console.error(s);break}throw Error(s)}}return this.state.top=!0,i}inline(t,i=[]){return this.inlineQueue.push({src:t,tokens:i}),i}inlineTokens(t,i=[]){this.tokenizer.lexer=this;let n=t,a=null;if(this.tokens.links){let o=Object.keys(this.tokens.links);if(o.length>0)for(;(a=this.tokenizer.rules.inline.reflinkSearch.exec(n))!=null;)o.includes(a[0].slice(a[0].lastIndexOf("[")+1,-1))&&(n=n.slice(0,a.index)+"["+"a".repeat(a[0].length-2)+"]"+n.slice(this.tokenizer.rules.inline.reflinkSearch.lastIndex))}for(;(a=this.tokenizer.rules.inline.anyPunctuation.exec(n))!=null;)n=n.slice(0,a.index)+"++"+n.slice(this.tokenizer.rules.inline.anyPunctuation.lastIndex);let r;for(;(a=this.tokenizer.rules.inline.blockSkip.exec(n))!=null;)r=a[2]?a[2].length:0,n=n.slice(0,a.index+r)+"["+"a".repeat(a[0].length-r-2)+"]"+n.slice(this.tokenizer.rules.inline.blockSkip.lastIndex);n=this.options.hooks?.emStrongMask?.call({lexer:this},n)??n;let s=!1,l="";for(;t;){s||(l=""),s=!1;let o;if(this.options.extensions?.inline?.some(p=>(o=p.call({lexer:this},t,i))?(t=t.substring(o.raw.length),i.push(o),!0):!1))continue;if(o=this.tokenizer.escape(t)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.tag(t)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.link(t)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.reflink(t,this.tokens.links)){t=t.substring(o.raw.length);let p=i.at(-1);o.type==="text"&&p?.type==="text"?(p.raw+=o.raw,p.text+=o.text):i.push(o);continue}if(o=this.tokenizer.emStrong(t,n,l)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.codespan(t)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.br(t)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.del(t,n,l)){t=t.substring(o.raw.length),i.push(o);continue}if(o=this.tokenizer.autolink(t)){t=t.substring(o.raw.length),i.push(o);continue}if(!this.state.inLink&&(o=this.tokenizer.url(t))){t=t.substring(o.raw.length),i.push(o);continue}let d=t;if(this.options.extensions?.startInline){let p=1/0,g=t.slice(1),v;this.options.extensions.startInline.forEach(k=>{v=k.call({lexer:this},g),typeof v=="number"&&v>=0&&(p=Math.min(p,v))}),p<1/0&&p>=0&&(d=t.substring(0,p+1))}if(o=this.tokenizer.inlineText(d)){t=t.substring(o.raw.length),o.raw.slice(-1)!=="_"&&(l=o.raw.slice(-1)),s=!0;let p=i.at(-1);p?.type==="text"?(p.raw+=o.raw,p.text+=o.text):i.push(o);continue}if(t){let p="Infinite loop on byte: "+t.charCodeAt(0);if(this.options.silent){console.error(p);break}throw Error(p)}}return i}},Qe=class{options;parser;constructor(e){this.options=e||be}space(e){return""}code({text:e,lang:t,escaped:i}){let n=(t||"").match(Y.notSpaceStart)?.[0],a=e.replace(Y.endingNewline,"")+`
`;return n?'<pre><code class="language-'+ae(n)+'">'+(i?a:ae(a,!0))+`</code></pre>
`:"<pre><code>"+(i?a:ae(a,!0))+`</code></pre>
`}blockquote({tokens:e}){return`<blockquote>
${this.parser.parse(e)}</blockquote>
`}html({text:e}){return e}def(e){return""}heading({tokens:e,depth:t}){return`<h${t}>${this.parser.parseInline(e)}</h${t}>
`}hr(e){return`<hr>
`}list(e){let t=e.ordered,i=e.start,n="";for(let s=0;s<e.items.length;s++){let l=e.items[s];n+=this.listitem(l)}let a=t?"ol":"ul",r=t&&i!==1?' start="'+i+'"':"";return"<"+a+r+`>
`+n+"</"+a+`>
`}listitem(e){return`<li>${this.parser.parse(e.tokens)}</li>
`}checkbox({checked:e}){return"<input "+(e?'checked="" ':"")+'disabled="" type="checkbox"> '}paragraph({tokens:e}){return`<p>${this.parser.parseInline(e)}</p>
`}table(e){let t="",i="";for(let a=0;a<e.header.length;a++)i+=this.tablecell(e.header[a]);t+=this.tablerow({text:i});let n="";for(let a=0;a<e.rows.length;a++){let r=e.rows[a];i="";for(let s=0;s<r.length;s++)i+=this.tablecell(r[s]);n+=this.tablerow({text:i})}return n&&=`<tbody>${n}</tbody>`,`<table>
<thead>
`+t+`</thead>
`+n+`</table>
`}tablerow({text:e}){return`<tr>
${e}</tr>
`}tablecell(e){let t=this.parser.parseInline(e.tokens),i=e.header?"th":"td";return(e.align?`<${i} align="${e.align}">`:`<${i}>`)+t+`</${i}>
`}strong({tokens:e}){return`<strong>${this.parser.parseInline(e)}</strong>`}em({tokens:e}){return`<em>${this.parser.parseInline(e)}</em>`}codespan({text:e}){return`<code>${ae(e,!0)}</code>`}br(e){return"<br>"}del({tokens:e}){return`<del>${this.parser.parseInline(e)}</del>`}link({href:e,title:t,tokens:i}){let n=this.parser.parseInline(i),a=Ai(e);if(a===null)return n;e=a;let r='<a href="'+e+'"';return t&&(r+=' title="'+ae(t)+'"'),r+=">"+n+"</a>",r}image({href:e,title:t,text:i,tokens:n}){n&&(i=this.parser.parseInline(n,this.parser.textRenderer));let a=Ai(e);if(a===null)return ae(i);e=a;let r=`<img src="${e}" alt="${ae(i)}"`;return t&&(r+=` title="${ae(t)}"`),r+=">",r}text(e){return"tokens"in e&&e.tokens?this.parser.parseInline(e.tokens):"escaped"in e&&e.escaped?e.text:ae(e.text)}},Rt=class{strong({text:e}){return e}em({text:e}){return e}codespan({text:e}){return e}del({text:e}){return e}html({text:e}){return e}text({text:e}){return e}link({text:e}){return""+e}image({text:e}){return""+e}br(){return""}checkbox({raw:e}){return e}},te=class ft{options;renderer;textRenderer;constructor(t){this.options=t||be,this.options.renderer=this.options.renderer||new Qe,this.renderer=this.options.renderer,this.renderer.options=this.options,this.renderer.parser=this,this.textRenderer=new Rt}static parse(t,i){return new ft(i).parse(t)}static parseInline(t,i){return new ft(i).parseInline(t)}parse(t){this.renderer.parser=this;let i="";for(let n=0;n<t.length;n++){let a=t[n];if(this.options.extensions?.renderers?.[a.type]){let s=a,l=this.options.extensions.renderers[s.type].call({parser:this},s);if(l!==!1||!["space","hr","heading","code","table","blockquote","list","html","def","paragraph","text"].includes(s.type)){i+=l||"";continue}}let r=a;switch(r.type){case"space":i+=this.renderer.space(r);break;case"hr":i+=this.renderer.hr(r);break;case"heading":i+=this.renderer.heading(r);break;case"code":i+=this.renderer.code(r);break;case"table":i+=this.renderer.table(r);break;case"blockquote":i+=this.renderer.blockquote(r);break;case"list":i+=this.renderer.list(r);break;case"checkbox":i+=this.renderer.checkbox(r);break;case"html":i+=this.renderer.html(r);break;case"def":i+=this.renderer.def(r);break;case"paragraph":i+=this.renderer.paragraph(r);break;case"text":i+=this.renderer.text(r);break;default:{let s='Token with "'+r.type+'" type was not found.';if(this.options.silent)return console.error(s),"";throw Error(s)}}}return i}parseInline(t,i=this.renderer){this.renderer.parser=this;let n="";for(let a=0;a<t.length;a++){let r=t[a];if(this.options.extensions?.renderers?.[r.type]){let l=this.options.extensions.renderers[r.type].call({parser:this},r);if(l!==!1||!["escape","html","link","image","strong","em","codespan","br","del","text"].includes(r.type)){n+=l||"";continue}}let s=r;switch(s.type){case"escape":n+=i.text(s);break;case"html":n+=i.html(s);break;case"link":n+=i.link(s);break;case"image":n+=i.image(s);break;case"checkbox":n+=i.checkbox(s);break;case"strong":n+=i.strong(s);break;case"em":n+=i.em(s);break;case"codespan":n+=i.codespan(s);break;case"br":n+=i.br(s);break;case"del":n+=i.del(s);break;case"text":n+=i.text(s);break;default:{let l='Token with "'+s.type+'" type was not found.';if(this.options.silent)return console.error(l),"";throw Error(l)}}}return n}},Pe=class{options;block;constructor(e){this.options=e||be}static passThroughHooks=new Set(["preprocess","postprocess","processAllTokens","emStrongMask"]);static passThroughHooksRespectAsync=new Set(["preprocess","postprocess","processAllTokens"]);preprocess(e){return e}postprocess(e){return e}processAllTokens(e){return e}emStrongMask(e){return e}provideLexer(){return this.block?ee.lex:ee.lexInline}provideParser(){return this.block?te.parse:te.parseInline}},me=new class{defaults=bt();options=this.setOptions;parse=this.parseMarkdown(!0);parseInline=this.parseMarkdown(!1);Parser=te;Renderer=Qe;TextRenderer=Rt;Lexer=ee;Tokenizer=Je;Hooks=Pe;constructor(...e){this.use(...e)}walkTokens(e,t){let i=[];for(let n of e)switch(i=i.concat(t.call(this,n)),n.type){case"table":{let a=n;for(let r of a.header)i=i.concat(this.walkTokens(r.tokens,t));for(let r of a.rows)for(let s of r)i=i.concat(this.walkTokens(s.tokens,t));break}case"list":{let a=n;i=i.concat(this.walkTokens(a.items,t));break}default:{let a=n;this.defaults.extensions?.childTokens?.[a.type]?this.defaults.extensions.childTokens[a.type].forEach(r=>{let s=a[r].flat(1/0);i=i.concat(this.walkTokens(s,t))}):a.tokens&&(i=i.concat(this.walkTokens(a.tokens,t)))}}return i}use(...e){let t=this.defaults.extensions||{renderers:{},childTokens:{}};return e.forEach(i=>{let n={...i};if(n.async=this.defaults.async||n.async||!1,i.extensions&&(i.extensions.forEach(a=>{if(!a.name)throw Error("extension name required");if("renderer"in a){let r=t.renderers[a.name];r?t.renderers[a.name]=function(...s){let l=a.renderer.apply(this,s);return l===!1&&(l=r.apply(this,s)),l}:t.renderers[a.name]=a.renderer}if("tokenizer"in a){if(!a.level||a.level!=="block"&&a.level!=="inline")throw Error("extension level must be 'block' or 'inline'");let r=t[a.level];r?r.unshift(a.tokenizer):t[a.level]=[a.tokenizer],a.start&&(a.level==="block"?t.startBlock?t.startBlock.push(a.start):t.startBlock=[a.start]:a.level==="inline"&&(t.startInline?t.startInline.push(a.start):t.startInline=[a.start]))}"childTokens"in a&&a.childTokens&&(t.childTokens[a.name]=a.childTokens)}),n.extensions=t),i.renderer){let a=this.defaults.renderer||new Qe(this.defaults);for(let r in i.renderer){if(!(r in a))throw Error(`renderer '${r}' does not exist`);if(["options","parser"].includes(r))continue;let s=r,l=i.renderer[s],o=a[s];a[s]=(...d)=>{let p=l.apply(a,d);return p===!1&&(p=o.apply(a,d)),p||""}}n.renderer=a}if(i.tokenizer){let a=this.defaults.tokenizer||new Je(this.defaults);for(let r in i.tokenizer){if(!(r in a))throw Error(`tokenizer '${r}' does not exist`);if(["options","rules","lexer"].includes(r))continue;let s=r,l=i.tokenizer[s],o=a[s];a[s]=(...d)=>{let p=l.apply(a,d);return p===!1&&(p=o.apply(a,d)),p}}n.tokenizer=a}if(i.hooks){let a=this.defaults.hooks||new Pe;for(let r in i.hooks){if(!(r in a))throw Error(`hook '${r}' does not exist`);if(["options","block"].includes(r))continue;let s=r,l=i.hooks[s],o=a[s];a[s]=Pe.passThroughHooks.has(r)?d=>{if(this.defaults.async&&Pe.passThroughHooksRespectAsync.has(r))return(async()=>{let g=await l.call(a,d);return o.call(a,g)})();let p=l.call(a,d);return o.call(a,p)}:(...d)=>{if(this.defaults.async)return(async()=>{let g=await l.apply(a,d);return g===!1&&(g=await o.apply(a,d)),g})();let p=l.apply(a,d);return p===!1&&(p=o.apply(a,d)),p}}n.hooks=a}if(i.walkTokens){let a=this.defaults.walkTokens,r=i.walkTokens;n.walkTokens=function(s){let l=[];return l.push(r.call(this,s)),a&&(l=l.concat(a.call(this,s))),l}}this.defaults={...this.defaults,...n}}),this}setOptions(e){return this.defaults={...this.defaults,...e},this}lexer(e,t){return ee.lex(e,t??this.defaults)}parser(e,t){return te.parse(e,t??this.defaults)}parseMarkdown(e){return(t,i)=>{let n={...i},a={...this.defaults,...n},r=this.onError(!!a.silent,!!a.async);if(this.defaults.async===!0&&n.async===!1)return r(Error("marked(): The async option was set to true by an extension. Remove async: false from the parse options object to return a Promise."));if(typeof t>"u"||t===null)return r(Error("marked(): input parameter is undefined or null"));if(typeof t!="string")return r(Error("marked(): input parameter is of type "+Object.prototype.toString.call(t)+", string expected"));if(a.hooks&&(a.hooks.options=a,a.hooks.block=e),a.async)return(async()=>{let s=a.hooks?await a.hooks.preprocess(t):t,l=await(a.hooks?await a.hooks.provideLexer():e?ee.lex:ee.lexInline)(s,a),o=a.hooks?await a.hooks.processAllTokens(l):l;a.walkTokens&&await Promise.all(this.walkTokens(o,a.walkTokens));let d=await(a.hooks?await a.hooks.provideParser():e?te.parse:te.parseInline)(o,a);return a.hooks?await a.hooks.postprocess(d):d})().catch(r);try{a.hooks&&(t=a.hooks.preprocess(t));let s=(a.hooks?a.hooks.provideLexer():e?ee.lex:ee.lexInline)(t,a);a.hooks&&(s=a.hooks.processAllTokens(s)),a.walkTokens&&this.walkTokens(s,a.walkTokens);let l=(a.hooks?a.hooks.provideParser():e?te.parse:te.parseInline)(s,a);return a.hooks&&(l=a.hooks.postprocess(l)),l}catch(s){return r(s)}}}onError(e,t){return i=>{if(i.message+=`
Please report this to https://github.com/markedjs/marked.`,e){let n="<p>An error occurred:</p><pre>"+ae(i.message+"",!0)+"</pre>";return t?Promise.resolve(n):n}if(t)return Promise.reject(i);throw i}}};function I(e,t){return me.parse(e,t)}I.options=I.setOptions=function(e){return me.setOptions(e),I.defaults=me.defaults,bi(I.defaults),I},I.getDefaults=bt,I.defaults=be,I.use=function(...e){return me.use(...e),I.defaults=me.defaults,bi(I.defaults),I},I.walkTokens=function(e,t){return me.walkTokens(e,t)},I.parseInline=me.parseInline,I.Parser=te,I.parser=te.parse,I.Renderer=Qe,I.TextRenderer=Rt,I.Lexer=ee,I.lexer=ee.lex,I.Tokenizer=Je,I.Hooks=Pe,I.parse=I,I.options,I.setOptions,I.use,I.walkTokens,I.parseInline,te.parse,ee.lex;var Bi=()=>{let e,t=null,i;function n(){if(t&&!t.closed)t.focus();else{if(t=window.open("about:blank","reveal.js - Notes","width=1100,height=700"),t.marked=I,t.document.write(`<!--
	NOTE: You need to build the notes plugin after making changes to this file.
-->
<html lang="en">
	<head>
		<meta charset="utf-8">

		<title>reveal.js - Speaker View</title>

		<style>
			body {
				font-family: Helvetica;
				font-size: 18px;
			}

			#current-slide,
			#upcoming-slide,
			#speaker-controls {
				padding: 6px;
				box-sizing: border-box;
				-moz-box-sizing: border-box;
			}

			#current-slide iframe,
			#upcoming-slide iframe {
				width: 100%;
				height: 100%;
				border: 1px solid #ddd;
			}

			#current-slide .label,
			#upcoming-slide .label {
				position: absolute;
				top: 10px;
				left: 10px;
				z-index: 2;
			}

			#connection-status {
				position: absolute;
				top: 0;
				left: 0;
				width: 100%;
				height: 100%;
				z-index: 20;
				padding: 30% 20% 20% 20%;
				font-size: 18px;
				color: #222;
				background: #fff;
				text-align: center;
				box-sizing: border-box;
				line-height: 1.4;
			}

			.overlay-element {
				height: 34px;
				line-height: 34px;
				padding: 0 10px;
				text-shadow: none;
				background: rgba( 220, 220, 220, 0.8 );
				color: #222;
				font-size: 14px;
			}

			.overlay-element.interactive:hover {
				background: rgba( 220, 220, 220, 1 );
			}

			#current-slide {
				position: absolute;
				width: 60%;
				height: 100%;
				top: 0;
				left: 0;
				padding-right: 0;
			}

			#upcoming-slide {
				position: absolute;
				width: 40%;
				height: 40%;
				right: 0;
				top: 0;
			}

			/* Speaker controls */
			#speaker-controls {
				position: absolute;
				top: 40%;
				right: 0;
				width: 40%;
				height: 60%;
				overflow: auto;
				font-size: 18px;
			}

				.speaker-controls-time.hidden,
				.speaker-controls-notes.hidden {
					display: none;
				}

				.speaker-controls-time .label,
				.speaker-controls-pace .label,
				.speaker-controls-notes .label {
					text-transform: uppercase;
					font-weight: normal;
					font-size: 0.66em;
					color: #666;
					margin: 0;
				}

				.speaker-controls-time, .speaker-controls-pace {
					border-bottom: 1px solid rgba( 200, 200, 200, 0.5 );
					margin-bottom: 10px;
					padding: 10px 16px;
					padding-bottom: 20px;
					cursor: pointer;
				}

				.speaker-controls-time .reset-button {
					opacity: 0;
					float: right;
					color: #666;
					text-decoration: none;
				}
				.speaker-controls-time:hover .reset-button {
					opacity: 1;
				}

				.speaker-controls-time .timer,
				.speaker-controls-time .clock {
					width: 50%;
				}

				.speaker-controls-time .timer,
				.speaker-controls-time .clock,
				.speaker-controls-time .pacing .hours-value,
				.speaker-controls-time .pacing .minutes-value,
				.speaker-controls-time .pacing .seconds-value {
					font-size: 1.9em;
				}

				.speaker-controls-time .timer {
					float: left;
				}

				.speaker-controls-time .clock {
					float: right;
					text-align: right;
				}

				.speaker-controls-time span.mute {
					opacity: 0.3;
				}

				.speaker-controls-time .pacing-title {
					margin-top: 5px;
				}

				.speaker-controls-time .pacing.ahead {
					color: blue;
				}

				.speaker-controls-time .pacing.on-track {
					color: green;
				}

				.speaker-controls-time .pacing.behind {
					color: red;
				}

				.speaker-controls-notes {
					padding: 10px 16px;
				}

				.speaker-controls-notes .value {
					margin-top: 5px;
					line-height: 1.4;
					font-size: 1.2em;
				}

			/* Layout selector */
			#speaker-layout {
				position: absolute;
				top: 10px;
				right: 10px;
				color: #222;
				z-index: 10;
			}
				#speaker-layout select {
					position: absolute;
					width: 100%;
					height: 100%;
					top: 0;
					left: 0;
					border: 0;
					box-shadow: 0;
					cursor: pointer;
					opacity: 0;

					font-size: 1em;
					background-color: transparent;

					-moz-appearance: none;
					-webkit-appearance: none;
					-webkit-tap-highlight-color: rgba(0, 0, 0, 0);
				}

				#speaker-layout select:focus {
					outline: none;
					box-shadow: none;
				}

			.clear {
				clear: both;
			}

			/* Speaker layout: Wide */
			body[data-speaker-layout="wide"] #current-slide,
			body[data-speaker-layout="wide"] #upcoming-slide {
				width: 50%;
				height: 45%;
				padding: 6px;
			}

			body[data-speaker-layout="wide"] #current-slide {
				top: 0;
				left: 0;
			}

			body[data-speaker-layout="wide"] #upcoming-slide {
				top: 0;
				left: 50%;
			}

			body[data-speaker-layout="wide"] #speaker-controls {
				top: 45%;
				left: 0;
				width: 100%;
				height: 50%;
				font-size: 1.25em;
			}

			/* Speaker layout: Tall */
			body[data-speaker-layout="tall"] #current-slide,
			body[data-speaker-layout="tall"] #upcoming-slide {
				width: 45%;
				height: 50%;
				padding: 6px;
			}

			body[data-speaker-layout="tall"] #current-slide {
				top: 0;
				left: 0;
			}

			body[data-speaker-layout="tall"] #upcoming-slide {
				top: 50%;
				left: 0;
			}

			body[data-speaker-layout="tall"] #speaker-controls {
				padding-top: 40px;
				top: 0;
				left: 45%;
				width: 55%;
				height: 100%;
				font-size: 1.25em;
			}

			/* Speaker layout: Notes only */
			body[data-speaker-layout="notes-only"] #current-slide,
			body[data-speaker-layout="notes-only"] #upcoming-slide {
				display: none;
			}

			body[data-speaker-layout="notes-only"] #speaker-controls {
				padding-top: 40px;
				top: 0;
				left: 0;
				width: 100%;
				height: 100%;
				font-size: 1.25em;
			}

			@media screen and (max-width: 1080px) {
				body[data-speaker-layout="default"] #speaker-controls {
					font-size: 16px;
				}
			}

			@media screen and (max-width: 900px) {
				body[data-speaker-layout="default"] #speaker-controls {
					font-size: 14px;
				}
			}

			@media screen and (max-width: 800px) {
				body[data-speaker-layout="default"] #speaker-controls {
					font-size: 12px;
				}
			}

		</style>
	</head>

	<body>

		<div id="connection-status">Loading speaker view...</div>

		<div id="current-slide"></div>
		<div id="upcoming-slide"><span class="overlay-element label">Upcoming</span></div>
		<div id="speaker-controls">
			<div class="speaker-controls-time">
				<h4 class="label">Time <span class="reset-button">Click to Reset</span></h4>
				<div class="clock">
					<span class="clock-value">0:00 AM</span>
				</div>
				<div class="timer">
					<span class="hours-value">00</span><span class="minutes-value">:00</span><span class="seconds-value">:00</span>
				</div>
				<div class="clear"></div>

				<h4 class="label pacing-title" style="display: none">Pacing – Time to finish current slide</h4>
				<div class="pacing" style="display: none">
					<span class="hours-value">00</span><span class="minutes-value">:00</span><span class="seconds-value">:00</span>
				</div>
			</div>

			<div class="speaker-controls-notes hidden">
				<h4 class="label">Notes</h4>
				<div class="value"></div>
			</div>
		</div>
		<div id="speaker-layout" class="overlay-element interactive">
			<span class="speaker-layout-label"></span>
			<select class="speaker-layout-dropdown"></select>
		</div>

		<script>

			(function() {

				var notes,
					notesValue,
					currentState,
					currentSlide,
					upcomingSlide,
					layoutLabel,
					layoutDropdown,
					pendingCalls = {},
					lastRevealApiCallId = 0,
					connected = false

				var connectionStatus = document.querySelector( '#connection-status' );

				var SPEAKER_LAYOUTS = {
					'default': 'Default',
					'wide': 'Wide',
					'tall': 'Tall',
					'notes-only': 'Notes only'
				};

				setupLayout();

				let openerOrigin;

				try {
					openerOrigin = window.opener.location.origin;
				}
				catch ( error ) { console.warn( error ) }

				// In order to prevent XSS, the speaker view will only run if its
				// opener has the same origin as itself
				if( window.location.origin !== openerOrigin ) {
					connectionStatus.innerHTML = 'Cross origin error.<br>The speaker window can only be opened from the same origin.';
					return;
				}

				var connectionTimeout = setTimeout( function() {
					connectionStatus.innerHTML = 'Error connecting to main window.<br>Please try closing and reopening the speaker view.';
				}, 5000 );

				window.addEventListener( 'message', function( event ) {

					// Validate the origin of all messages to avoid parsing messages
					// that aren't meant for us. Ignore when running off file:// so
					// that the speaker view continues to work without a web server.
					if( window.location.origin !== event.origin && window.location.origin !== 'file://' ) {
						return
					}

					clearTimeout( connectionTimeout );
					connectionStatus.style.display = 'none';

					var data = JSON.parse( event.data );

					// The overview mode is only useful to the reveal.js instance
					// where navigation occurs so we don't sync it
					if( data.state ) delete data.state.overview;

					// Messages sent by the notes plugin inside of the main window
					if( data && data.namespace === 'reveal-notes' ) {
						if( data.type === 'connect' ) {
							handleConnectMessage( data );
						}
						else if( data.type === 'state' ) {
							handleStateMessage( data );
						}
						else if( data.type === 'return' ) {
							pendingCalls[data.callId](data.result);
							delete pendingCalls[data.callId];
						}
					}
					// Messages sent by the reveal.js inside of the current slide preview
					else if( data && data.namespace === 'reveal' ) {
						const supportedEvents = [
							'slidechanged',
							'fragmentshown',
							'fragmenthidden',
							'paused',
							'resumed',
							'previewiframe',
							'previewimage',
							'previewvideo',
							'closeoverlay'
						];

						if( /ready/.test( data.eventName ) ) {
							// Send a message back to notify that the handshake is complete
							window.opener.postMessage( JSON.stringify({ namespace: 'reveal-notes', type: 'connected'} ), '*' );
						}
						else if( supportedEvents.includes( data.eventName ) && currentState !== JSON.stringify( data.state ) ) {
							dispatchStateToMainWindow( data.state );
						}
					}

				} );

				/**
				 * Updates the presentation in the main window to match the state
				 * of the presentation in the notes window.
				 */
				const dispatchStateToMainWindow = debounce(( state ) => {
					window.opener.postMessage( JSON.stringify({ method: 'setState', args: [ state ]} ), '*' );
				}, 500);

				/**
				 * Asynchronously calls the Reveal.js API of the main frame.
				 */
				function callRevealApi( methodName, methodArguments, callback ) {

					var callId = ++lastRevealApiCallId;
					pendingCalls[callId] = callback;
					window.opener.postMessage( JSON.stringify( {
						namespace: 'reveal-notes',
						type: 'call',
						callId: callId,
						methodName: methodName,
						arguments: methodArguments
					} ), '*' );

				}

				/**
				 * Called when the main window is trying to establish a
				 * connection.
				 */
				function handleConnectMessage( data ) {

					if( connected === false ) {
						connected = true;

						setupIframes( data );
						setupKeyboard();
						setupNotes();
						setupTimer();
						setupHeartbeat();
					}

				}

				/**
				 * Called when the main window sends an updated state.
				 */
				function handleStateMessage( data ) {

					// Store the most recently set state to avoid circular loops
					// applying the same state
					currentState = JSON.stringify( data.state );

					// No need for updating the notes in case of fragment changes
					if ( data.notes ) {
						notes.classList.remove( 'hidden' );
						notesValue.style.whiteSpace = data.whitespace;
						if( data.markdown ) {
							notesValue.innerHTML = marked.parse( data.notes );
						}
						else {
							notesValue.innerHTML = data.notes;
						}
					}
					else {
						notes.classList.add( 'hidden' );
					}

					// Don't show lightboxes in the upcoming slide
					const { previewVideo, previewImage, previewIframe, ...upcomingState } = data.state;

					// Update the note slides
					currentSlide.contentWindow.postMessage( JSON.stringify({ method: 'setState', args: [ data.state ] }), '*' );
					upcomingSlide.contentWindow.postMessage( JSON.stringify({ method: 'setState', args: [ upcomingState ] }), '*' );
					upcomingSlide.contentWindow.postMessage( JSON.stringify({ method: 'next' }), '*' );

				}

				// Limit to max one state update per X ms
				handleStateMessage = debounce( handleStateMessage, 200 );

				/**
				 * Forward keyboard events to the current slide window.
				 * This enables keyboard events to work even if focus
				 * isn't set on the current slide iframe.
				 *
				 * Block F5 default handling, it reloads and disconnects
				 * the speaker notes window.
				 */
				function setupKeyboard() {

					document.addEventListener( 'keydown', function( event ) {
						if( event.keyCode === 116 || ( event.metaKey && event.keyCode === 82 ) ) {
							event.preventDefault();
							return false;
						}
						currentSlide.contentWindow.postMessage( JSON.stringify({ method: 'triggerKey', args: [ event.keyCode ] }), '*' );
					} );

				}

				/**
				 * Creates the preview iframes.
				 */
				function setupIframes( data ) {

					var params = [
						'receiver',
						'progress=false',
						'history=false',
						'transition=none',
						'autoSlide=0',
						'backgroundTransition=none'
					].join( '&' );

					var urlSeparator = /\\?/.test(data.url) ? '&' : '?';
					var hash = '#/' + data.state.indexh + '/' + data.state.indexv;
					var currentURL = data.url + urlSeparator + params + '&scrollActivationWidth=false&postMessageEvents=true' + hash;
					var upcomingURL = data.url + urlSeparator + params + '&scrollActivationWidth=false&controls=false' + hash;

					currentSlide = document.createElement( 'iframe' );
					currentSlide.setAttribute( 'width', 1280 );
					currentSlide.setAttribute( 'height', 1024 );
					currentSlide.setAttribute( 'src', currentURL );
					document.querySelector( '#current-slide' ).appendChild( currentSlide );

					upcomingSlide = document.createElement( 'iframe' );
					upcomingSlide.setAttribute( 'width', 640 );
					upcomingSlide.setAttribute( 'height', 512 );
					upcomingSlide.setAttribute( 'src', upcomingURL );
					document.querySelector( '#upcoming-slide' ).appendChild( upcomingSlide );

				}

				/**
				 * Setup the notes UI.
				 */
				function setupNotes() {

					notes = document.querySelector( '.speaker-controls-notes' );
					notesValue = document.querySelector( '.speaker-controls-notes .value' );

				}

				/**
				 * We send out a heartbeat at all times to ensure we can
				 * reconnect with the main presentation window after reloads.
				 */
				function setupHeartbeat() {

					setInterval( () => {
						window.opener.postMessage( JSON.stringify({ namespace: 'reveal-notes', type: 'heartbeat'} ), '*' );
					}, 1000 );

				}

				function getTimings( callback ) {

					callRevealApi( 'getSlidesAttributes', [], function ( slideAttributes ) {
						callRevealApi( 'getConfig', [], function ( config ) {
							var totalTime = config.totalTime;
							var minTimePerSlide = config.minimumTimePerSlide || 0;
							var defaultTiming = config.defaultTiming;
							if ((defaultTiming == null) && (totalTime == null)) {
								callback(null);
								return;
							}
							// Setting totalTime overrides defaultTiming
							if (totalTime) {
								defaultTiming = 0;
							}
							var timings = [];
							for ( var i in slideAttributes ) {
								var slide = slideAttributes[ i ];
								var timing = defaultTiming;
								if( slide.hasOwnProperty( 'data-timing' )) {
									var t = slide[ 'data-timing' ];
									timing = parseInt(t);
									if( isNaN(timing) ) {
										console.warn("Could not parse timing '" + t + "' of slide " + i + "; using default of " + defaultTiming);
										timing = defaultTiming;
									}
								}
								timings.push(timing);
							}
							if ( totalTime ) {
								// After we've allocated time to individual slides, we summarize it and
								// subtract it from the total time
								var remainingTime = totalTime - timings.reduce( function(a, b) { return a + b; }, 0 );
								// The remaining time is divided by the number of slides that have 0 seconds
								// allocated at the moment, giving the average time-per-slide on the remaining slides
								var remainingSlides = (timings.filter( function(x) { return x == 0 }) ).length
								var timePerSlide = Math.round( remainingTime / remainingSlides, 0 )
								// And now we replace every zero-value timing with that average
								timings = timings.map( function(x) { return (x==0 ? timePerSlide : x) } );
							}
							var slidesUnderMinimum = timings.filter( function(x) { return (x < minTimePerSlide) } ).length
							if ( slidesUnderMinimum ) {
								message = "The pacing time for " + slidesUnderMinimum + " slide(s) is under the configured minimum of " + minTimePerSlide + " seconds. Check the data-timing attribute on individual slides, or consider increasing the totalTime or minimumTimePerSlide configuration options (or removing some slides).";
								alert(message);
							}
							callback( timings );
						} );
					} );

				}

				/**
				 * Return the number of seconds allocated for presenting
				 * all slides up to and including this one.
				 */
				function getTimeAllocated( timings, callback ) {

					callRevealApi( 'getSlidePastCount', [], function ( currentSlide ) {
						var allocated = 0;
						for (var i in timings.slice(0, currentSlide + 1)) {
							allocated += timings[i];
						}
						callback( allocated );
					} );

				}

				/**
				 * Create the timer and clock and start updating them
				 * at an interval.
				 */
				function setupTimer() {

					var start = new Date(),
					timeEl = document.querySelector( '.speaker-controls-time' ),
					clockEl = timeEl.querySelector( '.clock-value' ),
					hoursEl = timeEl.querySelector( '.hours-value' ),
					minutesEl = timeEl.querySelector( '.minutes-value' ),
					secondsEl = timeEl.querySelector( '.seconds-value' ),
					pacingTitleEl = timeEl.querySelector( '.pacing-title' ),
					pacingEl = timeEl.querySelector( '.pacing' ),
					pacingHoursEl = pacingEl.querySelector( '.hours-value' ),
					pacingMinutesEl = pacingEl.querySelector( '.minutes-value' ),
					pacingSecondsEl = pacingEl.querySelector( '.seconds-value' );

					var timings = null;
					getTimings( function ( _timings ) {

						timings = _timings;
						if (_timings !== null) {
							pacingTitleEl.style.removeProperty('display');
							pacingEl.style.removeProperty('display');
						}

						// Update once directly
						_updateTimer();

						// Then update every second
						setInterval( _updateTimer, 1000 );

					} );


					function _resetTimer() {

						if (timings == null) {
							start = new Date();
							_updateTimer();
						}
						else {
							// Reset timer to beginning of current slide
							getTimeAllocated( timings, function ( slideEndTimingSeconds ) {
								var slideEndTiming = slideEndTimingSeconds * 1000;
								callRevealApi( 'getSlidePastCount', [], function ( currentSlide ) {
									var currentSlideTiming = timings[currentSlide] * 1000;
									var previousSlidesTiming = slideEndTiming - currentSlideTiming;
									var now = new Date();
									start = new Date(now.getTime() - previousSlidesTiming);
									_updateTimer();
								} );
							} );
						}

					}

					timeEl.addEventListener( 'click', function() {
						_resetTimer();
						return false;
					} );

					function _displayTime( hrEl, minEl, secEl, time) {

						var sign = Math.sign(time) == -1 ? "-" : "";
						time = Math.abs(Math.round(time / 1000));
						var seconds = time % 60;
						var minutes = Math.floor( time / 60 ) % 60 ;
						var hours = Math.floor( time / ( 60 * 60 )) ;
						hrEl.innerHTML = sign + zeroPadInteger( hours );
						if (hours == 0) {
							hrEl.classList.add( 'mute' );
						}
						else {
							hrEl.classList.remove( 'mute' );
						}
						minEl.innerHTML = ':' + zeroPadInteger( minutes );
						if (hours == 0 && minutes == 0) {
							minEl.classList.add( 'mute' );
						}
						else {
							minEl.classList.remove( 'mute' );
						}
						secEl.innerHTML = ':' + zeroPadInteger( seconds );
					}

					function _updateTimer() {

						var diff, hours, minutes, seconds,
						now = new Date();

						diff = now.getTime() - start.getTime();

						clockEl.innerHTML = now.toLocaleTimeString( 'en-US', { hour12: true, hour: '2-digit', minute:'2-digit' } );
						_displayTime( hoursEl, minutesEl, secondsEl, diff );
						if (timings !== null) {
							_updatePacing(diff);
						}

					}

					function _updatePacing(diff) {

						getTimeAllocated( timings, function ( slideEndTimingSeconds ) {
							var slideEndTiming = slideEndTimingSeconds * 1000;

							callRevealApi( 'getSlidePastCount', [], function ( currentSlide ) {
								var currentSlideTiming = timings[currentSlide] * 1000;
								var timeLeftCurrentSlide = slideEndTiming - diff;
								if (timeLeftCurrentSlide < 0) {
									pacingEl.className = 'pacing behind';
								}
								else if (timeLeftCurrentSlide < currentSlideTiming) {
									pacingEl.className = 'pacing on-track';
								}
								else {
									pacingEl.className = 'pacing ahead';
								}
								_displayTime( pacingHoursEl, pacingMinutesEl, pacingSecondsEl, timeLeftCurrentSlide );
							} );
						} );
					}

				}

				/**
				 * Sets up the speaker view layout and layout selector.
				 */
				function setupLayout() {

					layoutDropdown = document.querySelector( '.speaker-layout-dropdown' );
					layoutLabel = document.querySelector( '.speaker-layout-label' );

					// Render the list of available layouts
					for( var id in SPEAKER_LAYOUTS ) {
						var option = document.createElement( 'option' );
						option.setAttribute( 'value', id );
						option.textContent = SPEAKER_LAYOUTS[ id ];
						layoutDropdown.appendChild( option );
					}

					// Monitor the dropdown for changes
					layoutDropdown.addEventListener( 'change', function( event ) {

						setLayout( layoutDropdown.value );

					}, false );

					// Restore any currently persisted layout
					setLayout( getLayout() );

				}

				/**
				 * Sets a new speaker view layout. The layout is persisted
				 * in local storage.
				 */
				function setLayout( value ) {

					var title = SPEAKER_LAYOUTS[ value ];

					layoutLabel.innerHTML = 'Layout' + ( title ? ( ': ' + title ) : '' );
					layoutDropdown.value = value;

					document.body.setAttribute( 'data-speaker-layout', value );

					// Persist locally
					if( supportsLocalStorage() ) {
						window.localStorage.setItem( 'reveal-speaker-layout', value );
					}

				}

				/**
				 * Returns the ID of the most recently set speaker layout
				 * or our default layout if none has been set.
				 */
				function getLayout() {

					if( supportsLocalStorage() ) {
						var layout = window.localStorage.getItem( 'reveal-speaker-layout' );
						if( layout ) {
							return layout;
						}
					}

					// Default to the first record in the layouts hash
					for( var id in SPEAKER_LAYOUTS ) {
						return id;
					}

				}

				function supportsLocalStorage() {

					try {
						localStorage.setItem('test', 'test');
						localStorage.removeItem('test');
						return true;
					}
					catch( e ) {
						return false;
					}

				}

				function zeroPadInteger( num ) {

					var str = '00' + parseInt( num );
					return str.substring( str.length - 2 );

				}

				/**
				 * Limits the frequency at which a function can be called.
				 */
				function debounce( fn, ms ) {

					var lastTime = 0,
						timeout;

					return function() {

						var args = arguments;
						var context = this;

						clearTimeout( timeout );

						var timeSinceLastCall = Date.now() - lastTime;
						if( timeSinceLastCall > ms ) {
							fn.apply( context, args );
							lastTime = Date.now();
						}
						else {
							timeout = setTimeout( function() {
								fn.apply( context, args );
								lastTime = Date.now();
							}, ms - timeSinceLastCall );
						}

					}

				}

			})();

		<\/script>
	</body>
</html>`),!t){alert("Speaker view popup failed to open. Please make sure popups are allowed and reopen the speaker view.");return}r()}}function a(g){t&&!t.closed?t.focus():(t=g,window.addEventListener("message",d),p())}function r(){let g=i.getConfig().url,v=typeof g=="string"?g:window.location.protocol+"//"+window.location.host+window.location.pathname+window.location.search;e=setInterval(function(){t.postMessage(JSON.stringify({namespace:"reveal-notes",type:"connect",state:i.getState(),url:v}),"*")},500),window.addEventListener("message",d)}function s(g,v,k){let h=i[g].apply(i,v);t.postMessage(JSON.stringify({namespace:"reveal-notes",type:"return",result:h,callId:k}),"*")}function l(g){let v=i.getCurrentSlide(),k=v.querySelectorAll("aside.notes"),h=v.querySelector(".current-fragment"),x={namespace:"reveal-notes",type:"state",notes:"",markdown:!1,whitespace:"normal",state:i.getState()};if(v.hasAttribute("data-notes")&&(x.notes=v.getAttribute("data-notes"),x.whitespace="pre-wrap"),h){let T=h.querySelector("aside.notes");T?(x.notes=T.innerHTML,x.markdown=typeof T.getAttribute("data-markdown")=="string",k=null):h.hasAttribute("data-notes")&&(x.notes=h.getAttribute("data-notes"),x.whitespace="pre-wrap",k=null)}k&&k.length&&(k=Array.from(k).filter(T=>T.closest(".fragment")===null),x.notes=k.map(T=>T.innerHTML).join(`
`),x.markdown=k[0]&&typeof k[0].getAttribute("data-markdown")=="string"),t.postMessage(JSON.stringify(x),"*")}function o(g){try{return window.location.origin===g.source.location.origin}catch{return!1}}function d(g){if(o(g))try{let v=JSON.parse(g.data);v&&v.namespace==="reveal-notes"&&v.type==="connected"?(clearInterval(e),p()):v&&v.namespace==="reveal-notes"&&v.type==="call"&&s(v.methodName,v.arguments,v.callId)}catch{}}function p(){i.on("slidechanged",l),i.on("fragmentshown",l),i.on("fragmenthidden",l),i.on("overviewhidden",l),i.on("overviewshown",l),i.on("paused",l),i.on("resumed",l),i.on("previewiframe",l),i.on("previewimage",l),i.on("previewvideo",l),i.on("closeoverlay",l),l()}return{id:"notes",init:function(g){i=g,/receiver/i.test(window.location.search)||(window.location.search.match(/(\?|\&)notes/gi)===null?window.addEventListener("message",v=>{if(!t&&typeof v.data=="string"){let k;try{k=JSON.parse(v.data)}catch{}k&&k.namespace==="reveal-notes"&&k.type==="heartbeat"&&a(v.source)}}):n(),i.addKeyBinding({keyCode:83,key:"S",description:"Speaker notes view"},function(){n()}))},open:n}};var[Ta,Pa]=[1280,720],Ia=680,Ma=2/3,za=new ResizeObserver(e=>{for(let{target:t}of e){let i=Math.max(Ma,Math.min(1,Ia/t.offsetHeight));t.offsetHeight&&(t.style.transform=i<1?`scale(${i})`:"")}});async function ur(e){let t=new le({width:Ta,height:Pa,margin:0,minScale:.1,maxScale:4,center:!1,hash:!0,respondToHashChanges:!0,transition:"none",backgroundTransition:"none",slideNumber:"c/t",defaultTiming:120,scrollActivationWidth:null,plugins:[Bi]});document.addEventListener("keydown",i=>{let{target:n,key:a}=i,r={PageDown:()=>t.next(),PageUp:()=>t.prev()}[a];!n.closest?.(".gptviz")||!r&&a!=="Escape"||(setTimeout(()=>n.blur()),r&&(i.preventDefault(),i.stopPropagation(),r()))},{capture:!0}),await t.initialize(),await e;for(let i of document.querySelectorAll(".fit"))za.observe(i)}export{ur as start};
